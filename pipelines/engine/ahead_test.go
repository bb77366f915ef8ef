package engine

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
)

func TestAhead(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		made   int // how many are made before the maker ends
		ends   error
		panics bool
		takes  int // how many are taken before taking fails; -1: it does not
		want   string
		taken  int
	}{
		"nothing":                     {takes: -1},
		"all in order":                {made: 100, takes: -1, taken: 100},
		"making fails":                {made: 5, ends: broken, takes: -1, want: "broken", taken: 5},
		"making panics":               {made: 5, panics: true, takes: -1, want: "panic: no more", taken: 5},
		"taking fails at once":        {made: 100, takes: 0, want: "full"},
		"taking fails later":          {made: 100, takes: 7, want: "full", taken: 7},
		"taking fails before making":  {made: 1, ends: broken, takes: 0, want: "full"},
		"taking fails, and so panics": {made: 1, panics: true, takes: 0, want: "full"},
	} {
		t.Run(name, func(t *testing.T) {
			taken, ended := 0, false
			err := ahead(func(give func(*batch.Batch) error) error {
				defer func() { ended = true }()
				for i := range c.made {
					if err := give(&batch.Batch{N: i}); err != nil {
						return err
					}
				}
				if c.panics {
					panic("no more")
				}
				return c.ends
			}, func(b *batch.Batch) error {
				if taken == c.takes {
					return errors.New("full")
				}
				require.Equal(t, taken, b.N)
				taken++
				return nil
			})
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.want)
			}
			require.Equal(t, c.taken, taken)
			require.True(t, ended, "the maker has ended")
		})
	}
}
