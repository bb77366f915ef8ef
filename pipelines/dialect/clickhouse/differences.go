package clickhouse

import "millrace/pipelines/dialect"

// Ids of the published differences.
const (
	diffFunction   = "not_written"
	diffSeparator  = "separator"
	diffPattern    = "pattern"
	diffGroup      = "optional_group"
	diffEmptyMatch = "empty_match"
	diffChangelog  = "changelog"
)

// Differences lists what ClickHouse does not do as the language says, in the order in which docs/language publishes it.
func Differences() []dialect.Difference {
	return []dialect.Difference{
		{ID: diffPattern, Title: "Regular expressions that are not constant", Refused: true,
			Text: "ClickHouse stops the whole query at a pattern that is no RE2, so only constant patterns, groups and replacements, which are checked beforehand, are written.",
			Fix:  "Write the pattern as a constant, or use LIKE."},
		{ID: diffGroup, Title: "Groups that may take no part in a match", Refused: true,
			Text: "ClickHouse does not tell a group that matched nothing from one that took no part. A group that can do either is refused in REGEXP_EXTRACT.",
			Fix:  "Write the group so that it matches at least one character, or outside of what is optional."},
		{ID: diffEmptyMatch, Title: "Replacing matches of nothing", Refused: true,
			Text: "ClickHouse replaces a match of nothing also directly behind another match, and byte by byte. REGEXP_REPLACE with a pattern that can match nothing is refused.",
			Fix:  "Write the pattern so that it matches at least one character: x+ in the place of x*."},
		{ID: diffSeparator, Title: "SPLIT_INDEX with a separator that is not constant", Refused: true,
			Text: "ClickHouse splits a text by a constant separator only.", Fix: "Write the separator as a constant."},
		{ID: diffChangelog, Title: "Changelogs", Refused: true,
			Text: "A changelog is read by a normalize or by the right side of a temporal join, from a table that exposes each row's kind and the order of arrival; filters and projections may stand between. Other operators directly over a changelog are refused.",
			Fix:  "Put a normalize over the changelog, and name the columns with kind and order."},
		{ID: diffFunction, Title: "What has no form", Refused: true,
			Text: "An operator or type that the writer does not know is refused by name."},
		{ID: "nested_null", Title: "NULL of a nested type",
			Text: "ClickHouse has no NULL of an array, a map or a row. Columns of these types are read as never NULL. Within a query such a NULL is one; in a result it comes as an empty array or map, or as a row of its types' defaults. The option of nested NULLs gives an array of one value, or of none for NULL, instead."},
		{ID: "transcendental", Title: "POWER, LN, LOG10 and EXP",
			Text: "The last digits may differ: ClickHouse computes these functions by other approximations than the engine."},
		{ID: "float_remainder", Title: "Remainders of floats",
			Text: "The last digits of `x % y` may differ where x is much larger than y: ClickHouse computes it from the rounded quotient, the engine exactly."},
		{ID: "float_sums", Title: "Sums and means of floats",
			Text: "The order in which floats are added is not fixed in ClickHouse, so the last digits may differ. The engine adds them in the order of the rows."},
		{ID: "float_zero", Title: "The sign of zero in aggregates",
			Text: "0 and -0 are equal; which of the two MIN, MAX, GREATEST or LEAST gives where both are there is not fixed."},
		{ID: "arrival", Title: "Ties",
			Text: "Rows of a dedupe with one key and time, and versions of a key with one time, are ordered by partition and offset where the tables expose them and only filters, projections, unions and unnests stand between, else by their contents; the engine takes them as they arrive. Where two rows break a declared cardinality, the earlier one stays; of equal times the contents decide."},
		{ID: "late", Title: "Late rows",
			Text: "A query reads everything before it answers: no row is late, and each counts in its windows. The engine gives the same rows when nothing is later than `out_of_order`."},
		{ID: "pad", Title: "LPAD and RPAD beyond 1,000,000 characters",
			Text: "ClickHouse makes no longer texts in one go: the row fails with `row.argument`."},
		{ID: "date_range", Title: "Years before 1900 and from 2300 on",
			Text: "`Date32` and `DateTime64` show the years 1900 to 2299. Within a query years 1 to 9999 are exact; in a result with ClickHouse's own types days outside are moved to the nearest end of the range. The option of raw times gives day numbers and microseconds instead."},
		{ID: "failed_sum", Title: "Sums that overflow",
			Text: "The query fails with ClickHouse's code FUNCTION_THROW_IF_VALUE_IS_NON_ZERO, as the pipeline would, but without a diagnostic's code."},
		{ID: "memory", Title: "Large groups",
			Text: "A dedupe and a temporal join collect the rows of a key in an array. Keys with very many rows take memory and time accordingly."},
	}
}
