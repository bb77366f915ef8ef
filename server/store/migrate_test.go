package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

func openWith(t *testing.T, o Options, steps []step) (*Store, error) {
	t.Helper()
	s, err := open(t.Context(), o, steps)
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

func versions(t *testing.T, s *Store) []string {
	t.Helper()
	var names []string
	require.NoError(t, s.read.Model(&MigrationRow{}).Order("version").Pluck("name", &names).Error)
	return names
}

func names(steps []step) []string {
	out := []string{}
	for _, s := range steps {
		out = append(out, s.name)
	}
	return out
}

// The steps have their own copies of the rows: this holds the two together.
func TestTablesFitTheRows(t *testing.T) {
	eachEngine(t, func(t *testing.T, o Options) {
		s := openStore(t, o)
		for _, row := range []any{&MigrationRow{}, &InstallationRow{}, &PipelineRow{}, &ManifestRow{}, &PreparedRow{}, &AppliedRow{}, &RejectFileRow{},
			&AuditRow{}, &CounterRow{}, &AccountRow{}, &ExternalRow{}, &TeamRow{}, &MemberRow{}, &SessionRow{}, &TokenRow{}, &AttemptRow{}, &AnswerRow{}, &KeyRow{}} {
			parsed := &gorm.Statement{DB: s.read}
			require.NoError(t, parsed.Parse(row))
			have, err := s.read.Migrator().ColumnTypes(row)
			require.NoError(t, err)
			var columns []string
			for _, c := range have {
				columns = append(columns, c.Name())
			}
			require.ElementsMatch(t, parsed.Schema.DBNames, columns, parsed.Table)
			require.NotEmpty(t, parsed.Schema.PrimaryFields, parsed.Table)
		}
	})
}

func TestMigrateFromEveryVersion(t *testing.T) {
	all := steps()
	for _, driver := range []string{SQLite, MySQL} {
		t.Run(driver, func(t *testing.T) {
			for from := range len(all) + 1 {
				o := newOptions(t, driver)
				old, err := openWith(t, o, all[:from])
				require.NoError(t, err)
				require.Equal(t, names(all[:from]), versions(t, old))

				s, err := openWith(t, o, all)
				require.NoError(t, err, "from version %d", from)
				require.Equal(t, names(all), versions(t, s))
			}
		})
	}
}

func TestMigrateKeepsWhatIsThere(t *testing.T) {
	eachEngine(t, func(t *testing.T, o Options) {
		// Version 2 had pipelines, and no reject files.
		old, err := openWith(t, o, steps()[:2])
		require.NoError(t, err)
		require.False(t, old.read.Migrator().HasTable("reject_files"))
		id, err := old.Installation(t.Context())
		require.NoError(t, err)
		for _, statement := range []string{
			`INSERT INTO pipelines (name, revision, lease_epoch, lease_holder, head_id, head_epoch, plan, totals, finished, committed_at)
				VALUES ('p', 9, 4, 'w', 'm7', 7, 'plan', '{"rows_in":70}', 0, 1767323045000000)`,
			`INSERT INTO manifests (id, pipeline, epoch, committed_at, body)
				VALUES ('m7', 'p', 7, 1767323045000000, '{"id":"m7","pipeline":"p","epoch":7,"previous":"m6","plan":"plan","totals":{"rows_in":70},"no_longer_known":1}')`,
			`INSERT INTO applied (pipeline, sink, manifest) VALUES ('p', 'out', 'm7')`,
		} {
			require.NoError(t, old.write.Exec(statement).Error)
		}
		require.NoError(t, old.Close())

		s := openStore(t, o)
		same, err := s.Installation(t.Context())
		require.NoError(t, err)
		require.Equal(t, id, same)
		h, err := s.Head(t.Context(), "p")
		require.NoError(t, err)
		require.Equal(t, int64(7), h.Committed.Epoch)
		require.Equal(t, int64(70), h.Committed.Totals.RowsIn)
		require.Equal(t, map[string]string{"out": "m7"}, h.Applied)
		list, err := s.Pipelines(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(70), list[0].Totals.RowsIn)
		l, err := s.Acquire(t.Context(), "p", "w")
		require.NoError(t, err)
		require.Equal(t, int64(5), l.Epoch)
	})
}

func TestMigrateFails(t *testing.T) {
	eachEngine(t, func(t *testing.T, o Options) {
		broken := errors.New("broken on purpose")
		mended := false
		good := steps()
		half := func(tx *gorm.DB) error {
			if err := createTable(tx, &halfRow{}); err != nil {
				return err
			}
			if mended {
				return nil
			}
			return broken
		}
		all := append(steps(), step{"breaks", half})
		_, err := openWith(t, o, all)
		require.ErrorIs(t, err, broken)
		require.ErrorContains(t, err, fmt.Sprintf("step %d, breaks", len(all)))

		s, err := openWith(t, o, good)
		require.NoError(t, err)
		require.Equal(t, o.Driver == MySQL, s.read.Migrator().HasTable("half"), "a step happens whole or not at all, but for MySQL")
		require.Equal(t, names(good), versions(t, s))

		mended = true
		s, err = openWith(t, o, all)
		require.NoError(t, err, "what a step that failed left does not stop it")
		require.Equal(t, names(all), versions(t, s))
	})
}

type halfRow struct {
	A int `gorm:"primaryKey"`
}

func (halfRow) TableName() string { return "half" }

func TestMigrateRefusesAnUnknownDatabase(t *testing.T) {
	eachEngine(t, func(t *testing.T, o Options) {
		nothing := func(*gorm.DB) error { return nil }
		_, err := openWith(t, o, append(steps(), step{"from the future", nothing}))
		require.NoError(t, err)
		_, err = openWith(t, o, steps())
		require.ErrorIs(t, err, ErrNewer)
		requireCode(t, err, CodeNewer)
		require.ErrorContains(t, err, "from the future")

		other := append(steps(), step{"another one", nothing})
		_, err = openWith(t, o, other)
		requireCode(t, err, CodeDamaged)
	})
}

func TestMigrateOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, o Options) {
		var opened sync.WaitGroup
		stores := make([]*Store, 6)
		errs := make([]error, len(stores))
		for i := range stores {
			opened.Go(func() { stores[i], errs[i] = Open(t.Context(), o) })
		}
		opened.Wait()
		for i, s := range stores {
			require.NoError(t, errs[i])
			require.Equal(t, names(steps()), versions(t, s))
			require.NoError(t, s.Close())
		}
	})
}
