package httpapi

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/document"
	"millrace/assets/document/diff"
	"millrace/assets/lineage"
)

func TestSchemaName(t *testing.T) {
	for want, v := range map[string]any{
		"Problem": Problem{}, "LineageNode": &lineage.Node{}, "DiffNode": diff.Node{}, "Document": document.Document{}, "DocumentVersion": document.Version{},
		"ItemsDocumentVersion": Items[document.Version]{}, "ItemsInt": Items[int]{}, "Time": time.Time{}, "Int": 1, "HintBody": struct{}{},
		"ItemsLineageNode": Items[*lineage.Node]{},
	} {
		require.Equal(t, want, schemaName(reflect.TypeOf(v), "hintBody"))
	}
}
