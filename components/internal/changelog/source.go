package changelog

import (
	"encoding/json"

	"millrace/components/component"
	"millrace/models/plan"
)

// The parameter by which a source says what its records mean, and its values. Without a value every record is a row.
const (
	Param       = "changelog"
	ParamNone   = "none"
	ParamUpsert = "upsert"
)

// ScanMode is the mode of a source that has the parameter: an upsert on the key of its columns where it says so, else append.
func ScanMode(scan *plan.Scan) plan.Mode {
	var p struct {
		Changelog string `json:"changelog"`
	}
	if err := json.Unmarshal(scan.Params, &p); err != nil || p.Changelog != ParamUpsert || scan.Source == nil {
		return plan.Mode{}
	}
	return plan.Mode{Change: plan.Upsert, Key: scan.Source.Key}
}

// SourceField declares the parameter; help says what a record of the source is as a change.
func SourceField(help component.Text) component.Field {
	return component.NewField(Param, component.FieldEnum, "Changes", "变更").Optional().WithHelp(help.En, help.Zh).WithOptions(
		component.Option{Value: ParamNone, Label: component.Text{En: "Every record is a row", Zh: "每条记录都是一行"}},
		component.Option{Value: ParamUpsert, Label: component.Text{En: "A record replaces its key's row", Zh: "按键更新"}})
}
