package query

import "millrace/models/diag"

// The diagnostics of binding SQL. Those of reading text are sqltext's, those of expressions expr's, those of options the components'.
const (
	// CodeUnknownTable is a table, view or CTE that does not exist; CodeUnknownColumn a column that none of the tables in sight has.
	CodeUnknownTable  diag.Code = "query.unknown_table"
	CodeUnknownColumn diag.Code = "query.unknown_column"
	// CodeAmbiguous is a column that more than one table in sight has.
	CodeAmbiguous diag.Code = "query.ambiguous_column"
	// CodeUnknownConnector is a table whose connector is no component, or none for what is done with it.
	CodeUnknownConnector diag.Code = "query.unknown_connector"
	// CodeUnknownOption is an option of WITH that the connector does not have, CodeOption one whose text is no value of it.
	CodeUnknownOption diag.Code = "query.unknown_option"
	CodeOption        diag.Code = "query.option"
	// CodeExists is a name that is taken, CodeDefinition a definition that contradicts itself.
	CodeExists     diag.Code = "query.exists"
	CodeDefinition diag.Code = "query.definition"
	// CodeWatermark is a watermark of a form the engine does not have.
	CodeWatermark diag.Code = "query.watermark"
	// CodeMetadata is a METADATA column the connector does not have.
	CodeMetadata diag.Code = "query.metadata"
	// CodeNotReadable and CodeNotWritable are tables used as what they are not.
	CodeNotReadable diag.Code = "query.not_readable"
	CodeNotWritable diag.Code = "query.not_writable"
	// CodeColumns is a list of columns of the wrong length or with a name twice, CodeTypes one whose types do not fit.
	CodeColumns diag.Code = "query.columns"
	CodeTypes   diag.Code = "query.types"
	// CodeUnsupported is a part of SQL that is read and not planned; the message names it and the reason.
	CodeUnsupported diag.Code = "query.unsupported"
	// CodeNotGrouped is a column that is neither aggregated nor grouped by, CodeGroup a GROUP BY that cannot be.
	CodeNotGrouped diag.Code = "query.not_grouped"
	CodeGroup      diag.Code = "query.group_by"
	// CodeAggregate is an aggregate where none may stand, CodeMisplaced another construct out of its place.
	CodeAggregate diag.Code = "query.aggregate_not_allowed"
	CodeMisplaced diag.Code = "query.misplaced"
	// CodeWindow is a window that cannot be, CodeNoEventTime an operator over time whose input has none.
	CodeWindow      diag.Code = "query.window"
	CodeNoEventTime diag.Code = "query.no_event_time"
	// CodeChanges is an operator that cannot take the changes its input sends.
	CodeChanges diag.Code = "query.changes"
	// CodeRank is a ROW_NUMBER that is not one of the patterns planned.
	CodeRank diag.Code = "query.row_number"
	// CodeJoin is a join that cannot be planned, CodeTemporal one with FOR SYSTEM_TIME AS OF.
	CodeJoin     diag.Code = "query.join"
	CodeTemporal diag.Code = "query.temporal_join"
	// CodeStateForEver warns of state that nothing ever removes, CodeNoKeys of a join in which every pair of rows meets.
	CodeStateForEver diag.Code = "query.state_for_ever"
	CodeNoKeys       diag.Code = "query.join_without_keys"
	// CodeSubquery is a subquery of a form that is not planned, CodeNotInNull a NOT IN that a NULL would make empty.
	CodeSubquery  diag.Code = "query.subquery"
	CodeNotInNull diag.Code = "query.not_in_null"
	// CodeOrder is an ORDER BY or LIMIT that cannot be; as a warning, one without effect.
	CodeOrder diag.Code = "query.order_by"
	// CodeSetting is a key or value of SET, CodeNoEffect warns of one that changes nothing here.
	CodeSetting  diag.Code = "query.setting"
	CodeNoEffect diag.Code = "query.no_effect"
	// CodeUnknownCatalog is a catalog or database that does not exist.
	CodeUnknownCatalog diag.Code = "query.unknown_catalog"
	// CodeHint warns of a hint that is not known or names no table.
	CodeHint diag.Code = "query.hint"
	// CodeKeyType is a key of a type whose values have no one form equality could go by.
	CodeKeyType diag.Code = "query.key_type"
	// CodeInternal is a plan that came out unsound.
	CodeInternal diag.Code = "query.internal"
)
