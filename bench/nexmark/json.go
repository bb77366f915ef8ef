package nexmark

import (
	"strconv"
	"time"
)

// The words events are made of. They are never changed.
var (
	firstNames  = []string{"Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"}
	lastNames   = []string{"Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"}
	cities      = []string{"Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle", "Kent", "Cheyenne"}
	states      = []string{"AZ", "CA", "ID", "OR", "WA", "WY"}
	hotChannels = []string{"Google", "Facebook", "Baidu", "Apple"}
)

const layout = "2006-01-02T15:04:05.000Z"

// AppendJSON appends an event as one line of JSON with the columns of the benchmark's one table: event_type, person, auction, bid, of which
// two are null, and dateTime.
func AppendJSON(b []byte, e *Event) []byte {
	b = append(b, `{"event_type":`...)
	b = strconv.AppendInt(b, int64(e.Kind), 10)
	w := object{b: b}
	w.key("person")
	w.row(e.Kind == Person, func() {
		w.int("id", e.ID)
		w.text("name", e.Name)
		w.text("emailAddress", e.Email)
		w.text("creditCard", e.CreditCard)
		w.text("city", e.City)
		w.text("state", e.State)
		w.time("dateTime", e.Time)
		w.text("extra", e.Extra)
	})
	w.key("auction")
	w.row(e.Kind == Auction, func() {
		w.int("id", e.ID)
		w.text("itemName", e.ItemName)
		w.text("description", e.Description)
		w.int("initialBid", e.InitialBid)
		w.int("reserve", e.Reserve)
		w.time("dateTime", e.Time)
		w.time("expires", e.Expires)
		w.int("seller", e.Seller)
		w.int("category", e.Category)
		w.text("extra", e.Extra)
	})
	w.key("bid")
	w.row(e.Kind == Bid, func() {
		w.int("auction", e.Auction)
		w.int("bidder", e.Bidder)
		w.int("price", e.Price)
		w.text("channel", e.Channel)
		w.text("url", e.URL)
		w.time("dateTime", e.Time)
		w.text("extra", e.Extra)
	})
	w.time("dateTime", e.Time)
	return append(w.b, '}')
}

// object writes members; the texts of this package need no escapes.
type object struct{ b []byte }

func (o *object) key(name string) {
	if last := o.b[len(o.b)-1]; last != '{' {
		o.b = append(o.b, ',')
	}
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':')
}

func (o *object) row(present bool, members func()) {
	if !present {
		o.b = append(o.b, "null"...)
		return
	}
	o.b = append(o.b, '{')
	members()
	o.b = append(o.b, '}')
}

func (o *object) int(name string, v int64) {
	o.key(name)
	o.b = strconv.AppendInt(o.b, v, 10)
}

func (o *object) text(name, v string) {
	o.key(name)
	o.b = append(o.b, '"')
	o.b = append(o.b, v...)
	o.b = append(o.b, '"')
}

func (o *object) time(name string, ms int64) {
	o.key(name)
	o.b = append(o.b, '"')
	o.b = time.UnixMilli(ms).UTC().AppendFormat(o.b, layout)
	o.b = append(o.b, '"')
}
