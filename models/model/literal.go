package model

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"millrace/models/schema"
)

var plainDecimal = regexp.MustCompile(`^-?([0-9]+)(?:\.([0-9]+))?$`)

// literalProblem says why v is no value of the simple type t, or nothing.
func literalProblem(t schema.Type, v *Value) string {
	want := String
	switch {
	case t.Kind == schema.Boolean:
		want = Bool
	case t.Numeric():
		want = Number
	}
	if v.Kind != want {
		return fmt.Sprintf("a %s is written as %s, not %s", t, want, v.Kind)
	}
	good := true
	switch {
	case t.Signed():
		_, err := strconv.ParseInt(v.Text, 10, t.Bits())
		good = err == nil
	case t.Unsigned():
		_, err := strconv.ParseUint(v.Text, 10, t.Bits())
		good = err == nil
	case t.Float():
		x, err := strconv.ParseFloat(v.Text, t.Bits())
		good = err == nil && !math.IsInf(x, 0)
	case t.Kind == schema.Decimal:
		m := plainDecimal.FindStringSubmatch(v.Text)
		good = m != nil && len(strings.TrimLeft(m[1], "0")) <= int(t.Precision-t.Scale) && len(m[2]) <= int(t.Scale)
	case t.Kind == schema.Date:
		_, err := time.Parse(time.DateOnly, v.Text)
		good = err == nil
	case t.Kind == schema.Timestamp:
		_, zoned := time.Parse(time.RFC3339Nano, v.Text)
		_, zoneless := time.Parse(time.DateTime, v.Text)
		good = zoned == nil || zoneless == nil
	}
	if !good {
		return fmt.Sprintf("%q is no %s", cut(v.Text), t)
	}
	return ""
}
