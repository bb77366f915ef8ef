package store

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

func openWith(t *testing.T, path string, steps []step) (*Store, error) {
	t.Helper()
	s, err := open(t.Context(), Options{Path: path}, steps)
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
	s := openNew(t)
	for _, row := range []any{&MigrationRow{}, &InstallationRow{}, &PipelineRow{}, &ManifestRow{}, &PreparedRow{}, &AppliedRow{}, &RejectFileRow{}} {
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
}

func TestMigrateFromEveryVersion(t *testing.T) {
	all := steps()
	for from := range len(all) + 1 {
		path := filepath.Join(t.TempDir(), "meta.db")
		old, err := openWith(t, path, all[:from])
		require.NoError(t, err)
		require.Equal(t, names(all[:from]), versions(t, old))
		require.NoError(t, old.Close())

		s, err := openWith(t, path, all)
		require.NoError(t, err, "from version %d", from)
		require.Equal(t, names(all), versions(t, s))
	}
}

func TestMigrateKeepsWhatIsThere(t *testing.T) {
	// Version 2 had pipelines, and no reject files.
	path := filepath.Join(t.TempDir(), "meta.db")
	old, err := openWith(t, path, steps()[:2])
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

	s := openAt(t, path)
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
}

func TestMigrateFails(t *testing.T) {
	broken := errors.New("broken on purpose")
	path := filepath.Join(t.TempDir(), "meta.db")
	good := steps()
	breaks := func(tx *gorm.DB) error {
		if err := tx.Exec("CREATE TABLE half (a INTEGER)").Error; err != nil {
			return err
		}
		return broken
	}
	_, err := openWith(t, path, append(steps(), step{"breaks", breaks}))
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "step 4, breaks")

	s, err := openWith(t, path, good)
	require.NoError(t, err)
	require.False(t, s.read.Migrator().HasTable("half"), "a step happens whole or not at all")
	require.Equal(t, names(good), versions(t, s))
}

func TestMigrateRefusesAnUnknownDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	nothing := func(*gorm.DB) error { return nil }
	_, err := openWith(t, path, append(steps(), step{"from the future", nothing}))
	require.NoError(t, err)
	_, err = openWith(t, path, steps())
	require.ErrorIs(t, err, ErrNewer)
	requireCode(t, err, CodeNewer)
	require.ErrorContains(t, err, "from the future")

	other := append(steps(), step{"another one", nothing})
	_, err = openWith(t, path, other)
	requireCode(t, err, CodeDamaged)
}

func TestMigrateOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	var opened sync.WaitGroup
	stores := make([]*Store, 6)
	errs := make([]error, len(stores))
	for i := range stores {
		opened.Go(func() { stores[i], errs[i] = Open(t.Context(), Options{Path: path}) })
	}
	opened.Wait()
	for i, s := range stores {
		require.NoError(t, errs[i])
		require.Equal(t, names(steps()), versions(t, s))
		require.NoError(t, s.Close())
	}
}
