package clickhouse

import (
	"context"
	"fmt"

	"millrace/components/clickhouse/design"
	"millrace/components/component"
)

// Describe says how a table is kept, for a design; nil when there is none. An empty database is the connection's own.
func Describe(ctx context.Context, c *component.Connection, database, table string) (*design.Existing, error) {
	conn, err := dial(ctx, c)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	srv := server{conn}
	n, err := srv.complete(ctx, tableName{database, table})
	if err != nil {
		return nil, classify(err, "asking for the connection's database")
	}
	e, err := srv.existing(ctx, n)
	return e, classify(err, "describing "+n.sql())
}

func (s server) existing(ctx context.Context, n tableName) (*design.Existing, error) {
	columns, err := s.columns(ctx, n)
	if err != nil || len(columns) == 0 {
		return nil, err
	}
	tables, err := s.tables(ctx, n)
	if err != nil {
		return nil, err
	}
	t := tables[0]
	e := &design.Existing{Database: n.database, Table: n.table, Engine: t.engine, OrderByText: t.sortingKey, PartitionByText: t.partitionKey, Window: t.window}
	e.Version, e.Deleted = replacingArgs(t.engineFull)
	for _, c := range columns {
		e.Columns = append(e.Columns, design.ExistingColumn{Name: c.name, Type: c.typ, DefaultKind: c.defaultKind})
	}
	if key, known := sortingColumns(t.sortingKey); known {
		e.OrderBy = key
	}
	if by, _ := parsePartition(t.partitionKey); by != nil {
		e.PartitionBy = &design.Partition{Function: by.function, Column: by.column}
	}
	for _, f := range tables[1:] {
		e.Fills = append(e.Fills, design.Target{Database: f.name.database, Table: f.name.table, Engine: f.engine, Window: f.window})
	}
	row := s.conn.QueryRow(ctx, "SELECT toInt64(sum(rows)), toInt64(sum(bytes_on_disk)), toInt64(uniqExact(partition_id)) FROM system.parts WHERE active AND database = ? AND table = ?", n.database, n.table)
	if err := row.Scan(&e.Rows, &e.Bytes, &e.Partitions); err != nil {
		return nil, err
	}
	return e, nil
}

// DescribeCluster describes a cluster that the server knows; nil when it knows none of the name.
func DescribeCluster(ctx context.Context, c *component.Connection, name string) (*design.Cluster, error) {
	conn, err := dial(ctx, c)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	k := &design.Cluster{Name: name, Macros: map[string]string{}}
	var shards, replicas int64
	row := conn.QueryRow(ctx, "SELECT toInt64(uniqExact(shard_num)), toInt64(uniqExact(replica_num)) FROM system.clusters WHERE cluster = ?", name)
	if err := row.Scan(&shards, &replicas); err != nil {
		return nil, classify(err, fmt.Sprintf("describing the cluster %q", name))
	}
	if k.Shards, k.Replicas = int(shards), int(replicas); k.Shards == 0 {
		return nil, nil
	}
	rows, err := conn.Query(ctx, "SELECT macro, substitution FROM system.macros")
	if err != nil {
		return nil, classify(err, "reading the server's macros")
	}
	defer rows.Close()
	for rows.Next() {
		var macro, is string
		if err := rows.Scan(&macro, &is); err != nil {
			return nil, classify(err, "reading the server's macros")
		}
		k.Macros[macro] = is
	}
	return k, classify(rows.Err(), "reading the server's macros")
}

// Make runs the statements of a design, one after another. Each does nothing where what it makes is there, so it may be run again.
func Make(ctx context.Context, c *component.Connection, p design.Proposal) error {
	conn, err := dial(ctx, c)
	if err != nil {
		return err
	}
	defer conn.Close()
	for i, statement := range p.Statements {
		if err := conn.Exec(ctx, statement); err != nil {
			return classify(err, fmt.Sprintf("running statement %d of %d", i+1, len(p.Statements)))
		}
	}
	return nil
}
