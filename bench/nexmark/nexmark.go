package nexmark

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// The shares of the kinds of events in one round of them.
const (
	persons  = 1
	auctions = 3
	bids     = 46
	round    = persons + auctions + bids
)

const (
	// Start is the event time of the first event, in milliseconds since 1970.
	Start = 1_788_220_800_000
	// Disorder bounds how far an event's time lies before the latest one ahead of it.
	Disorder = 2 * time.Second

	firstPerson, firstAuction, firstCategory = 1000, 1000, 10
	categories                               = 5
	// activePersons and inFlight bound which persons act and which auctions are bid on: the latest ones.
	activePersons = 1000
	inFlight      = 100
	// One of hotRatio choices goes to a hot auction, of hotSellers to a hot seller, of hotBidders to a hot bidder the other way round.
	hotAuctions, hotSellers, hotBidders = 2, 4, 4
	// hotEvery says which ids are hot: the latest that is a multiple.
	hotEvery = 100
	// lead is how many person ids ahead of the latest one may be named already, as events are out of order.
	lead = 10
)

// Kind is the kind of an event, as in the column event_type.
type Kind int

// The kinds.
const (
	Person Kind = iota
	Auction
	Bid
)

// Event is one event. Times are milliseconds since 1970.
type Event struct {
	Kind Kind
	Time int64
	// ID is the person's or the auction's id.
	ID int64
	// Of a person.
	Name, Email, CreditCard, City, State string
	// Of an auction.
	ItemName, Description        string
	InitialBid, Reserve, Expires int64
	Seller, Category             int64
	// Of a bid.
	Auction, Bidder, Price int64
	Channel, URL           string

	Extra string
}

// Stream makes events one after the other.
type Stream struct {
	r    *rand.Rand
	n    int64 // events made
	step time.Duration
}

// NewStream returns the stream of a seed whose events lie step apart on average.
func NewStream(seed uint64, step time.Duration) *Stream {
	return &Stream{r: rand.New(rand.NewPCG(seed, 0x6e65786d61726b)), step: step}
}

// Next makes the next event.
func (s *Stream) Next() Event {
	n := s.n
	s.n++
	at := Start + (time.Duration(n) * s.step).Milliseconds() - s.r.Int64N(Disorder.Milliseconds())
	switch in := n % round; {
	case in < persons:
		return s.person(n, at)
	case in < persons+auctions:
		return s.auction(n, at)
	default:
		return s.bid(n, at)
	}
}

// lastPerson and lastAuction are the latest ids, counted from zero, that event n may know of.
func lastPerson(n int64) int64 { return n/round*persons + min(n%round, persons-1) }

func lastAuction(n int64) int64 {
	in := n % round
	if in < persons {
		// The round's auctions are still to come.
		return (n/round)*auctions - 1
	}
	return (n/round)*auctions + min(in-persons, auctions-1)
}

func (s *Stream) person(n, at int64) Event {
	return Event{Kind: Person, Time: at, ID: lastPerson(n) + firstPerson,
		Name: s.pick(firstNames) + " " + s.pick(lastNames), Email: s.text(7) + "@" + s.text(5) + ".com",
		CreditCard: s.card(), City: s.pick(cities), State: s.pick(states), Extra: s.text(20 + s.r.IntN(20))}
}

func (s *Stream) auction(n, at int64) Event {
	e := Event{Kind: Auction, Time: at, ID: lastAuction(n) + firstAuction, ItemName: s.text(10 + s.r.IntN(10)), Description: s.text(40 + s.r.IntN(60)),
		InitialBid: s.price(), Category: firstCategory + s.r.Int64N(categories), Extra: s.text(20 + s.r.IntN(20))}
	e.Reserve = e.InitialBid + s.price()
	e.Expires = at + 1 + s.r.Int64N(2*(time.Duration(inFlight*round/auctions)*s.step).Milliseconds()+1)
	if last := lastPerson(n); s.r.IntN(hotSellers) > 0 {
		e.Seller = last / hotEvery * hotEvery
	} else {
		e.Seller = s.activePerson(last)
	}
	e.Seller += firstPerson
	return e
}

func (s *Stream) bid(n, at int64) Event {
	e := Event{Kind: Bid, Time: at, Price: s.price(), Extra: s.text(20 + s.r.IntN(20))}
	if last := lastAuction(n); s.r.IntN(hotAuctions) > 0 {
		e.Auction = last / hotEvery * hotEvery
	} else {
		least := max(0, last-inFlight)
		e.Auction = least + s.r.Int64N(last-least+1)
	}
	if last := lastPerson(n); s.r.IntN(hotBidders) > 0 {
		e.Bidder = last/hotEvery*hotEvery + 1
	} else {
		e.Bidder = s.activePerson(last)
	}
	e.Auction, e.Bidder = e.Auction+firstAuction, e.Bidder+firstPerson
	e.Channel, e.URL = s.channel()
	return e
}

func (s *Stream) activePerson(last int64) int64 {
	active := min(last+1, activePersons)
	return last + 1 - active + s.r.Int64N(active+lead)
}

// channel is a well-known one half of the time; any other carries its number in the address.
func (s *Stream) channel() (name, url string) {
	url = "https://www.nexmark.com/" + s.text(5) + "/" + s.text(5) + "/" + s.text(5) + "/item.htm?query=1"
	if s.r.IntN(2) == 0 {
		return s.pick(hotChannels), url
	}
	n := s.r.IntN(10_000)
	name = "channel-" + strconv.Itoa(n)
	if s.r.IntN(10) > 0 {
		url += "&channel_id=" + strconv.Itoa(n<<4)
	}
	return name, url
}

// price is spread evenly over six decades, in cents.
func (s *Stream) price() int64 {
	p := 100.0
	for range s.r.IntN(6) {
		p *= 10
	}
	return int64(p * (1 + 9*s.r.Float64()))
}

func (s *Stream) pick(of []string) string { return of[s.r.IntN(len(of))] }

func (s *Stream) text(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz "
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[s.r.IntN(len(letters))]
	}
	b[0], b[n-1] = letters[s.r.IntN(26)], letters[s.r.IntN(26)]
	return string(b)
}

func (s *Stream) card() string {
	b := make([]byte, 0, 19)
	for i := range 4 {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, strconv.Itoa(1000+s.r.IntN(9000))...)
	}
	return string(b)
}
