package engine

import (
	"encoding/json"

	"millrace/models/batch"
)

// RowJSON writes a physical row as a JSON object, as rejects and previews show it: for people, not for speed. Timestamps are in UTC, bytes
// in base64, maps lists of pairs, and numbers that JSON does not have are texts.
func RowJSON(b *batch.Batch, row int) json.RawMessage { return rowJSON(b, row) }
