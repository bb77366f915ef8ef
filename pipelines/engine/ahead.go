package engine

import (
	"errors"

	"millrace/models/batch"
)

// aheadBatches is how many batches ahead may hold before the first of them is taken.
const aheadBatches = 2

var errNotTaken = errors.New("the batches are not taken any more")

// ahead has batches made on a goroutine of its own while those made before are taken on the caller's, in the order in which they were made.
// So the barrier takes as long as the longer of the two, and the answer is the same. What both touch has to be apart. Nothing is made any
// more when it returns.
func ahead(from func(give func(*batch.Batch) error) error, take func(*batch.Batch) error) error {
	batches, stopped := make(chan *batch.Batch, aheadBatches), make(chan struct{})
	var failed error
	go func() {
		defer close(batches)
		defer recovered(&failed)
		failed = from(func(b *batch.Batch) error {
			select {
			case batches <- b:
				return nil
			case <-stopped:
				return errNotTaken
			}
		})
	}()
	defer func() {
		close(stopped)
		for range batches {
			// Until it has ended.
		}
	}()
	for b := range batches {
		if err := take(b); err != nil {
			return err
		}
	}
	return failed
}
