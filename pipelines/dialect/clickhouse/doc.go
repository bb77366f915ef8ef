// Package clickhouse writes a bounded plan as one ClickHouse SELECT: a common table expression an operator, in the order of the plan,
// under a preamble of small functions.
//
// # Values
//
// Within a query dates are day numbers (Int32), timestamps microseconds (Int64) and decimals whole numbers without their point (Int128,
// in operators Int256). They become ClickHouse's own types at the end, and are made of them where a table is read. So years 1 to 9999, 38
// digits and every overflow are as in the engine, and no operation meets a bound of ClickHouse's own.
//
// # Errors
//
// An expression is a pair: a value whose SQL never throws, whatever the row, and an error code that is NULL where there is none. What is
// handed to a function that could throw is made harmless beforehand; nothing relies on a branch not being evaluated. AND, OR, CASE and
// COALESCE put the errors of their operands together as models/expr does. An operator keeps the rows without an error; Query.Errors
// counts the others by operator and code.
//
// # Names
//
// Names that begin with mr_ are the writer's own: functions of the preamble, columns of subqueries that hold what is used twice.
//
// # Order
//
// A relation has no order. Where the order of arrival matters (ties of a dedupe, versions of a key), a table may expose columns that
// say it; without them equal times are ordered by the rows' contents.
package clickhouse
