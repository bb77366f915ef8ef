package all

import (
	"fmt"

	"millrace/components/aggregate"
	"millrace/components/clickhouse"
	"millrace/components/component"
	"millrace/components/compute"
	"millrace/components/console"
	"millrace/components/csv"
	"millrace/components/dedupe"
	"millrace/components/file"
	"millrace/components/filter"
	"millrace/components/generator"
	"millrace/components/join"
	"millrace/components/json"
	"millrace/components/kafka"
	"millrace/components/normalize"
	"millrace/components/rank"
	"millrace/components/raw"
	"millrace/components/sql"
	"millrace/components/table"
	"millrace/components/union"
	"millrace/components/unnest"
	"millrace/components/values"
	"millrace/components/window"
)

// Registry returns all components.
func Registry() (*component.Registry, error) {
	r, err := component.NewRegistry(specs()...)
	if err != nil {
		return nil, fmt.Errorf("building the registry of components: %w", err)
	}
	return r, nil
}

// specs is the list, in alphabetical order.
func specs() []component.Spec {
	var all []component.Spec
	add := func(s ...component.Spec) { all = append(all, s...) }
	add(aggregate.Spec())
	add(clickhouse.Specs()...)
	add(compute.Spec())
	add(console.Spec())
	add(csv.Spec())
	add(dedupe.Spec())
	add(file.Spec(), file.FormatSpec(), file.ConnectionSpec())
	add(filter.Spec())
	add(generator.Spec())
	add(join.Spec())
	add(json.Spec())
	add(kafka.Specs()...)
	add(normalize.Spec())
	add(rank.Spec())
	add(raw.Spec())
	add(sql.Spec())
	add(table.Spec())
	add(union.Spec())
	add(unnest.Spec())
	add(values.Spec())
	add(window.Spec())
	return all
}
