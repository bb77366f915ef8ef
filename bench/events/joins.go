package events

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// What users do in the streams that are joined with each other.
const (
	Play = "play"
	Like = "like"
)

// NewActions returns a stream of n events that are all plays, or all likes, of users drawn evenly: five of each kind a user, so that
// within ten minutes before a like lies one play of its user, more or less. Streams of both kinds with the same n have the same users.
func NewActions(n int64, seed uint64, name string) *Stream {
	stream := uint64(0x706c617973)
	if name == Like {
		stream = 0x6c696b6573
	}
	random := rand.New(rand.NewPCG(seed, stream))
	users := max(uint64(n)/5, 1)
	return &Stream{n: n, random: random, users: func() uint64 { return random.Uint64N(users) }, only: name}
}

// DimensionUsers is how many users the dimension has. The events name half of them, and some that it does not have.
const DimensionUsers = 200_000

// unknownEvery says how many users there are for each one that the dimension does not have.
const unknownEvery = 50

// Version is what the dimension says of a user from a time on.
type Version struct {
	UserID  int64
	Country string
	Tier    int64
	Since   int64 // milliseconds since 1970
}

// AppendJSON appends the version as one JSON object. The nickname is only there to be skipped.
func (v *Version) AppendJSON(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"user_id":`...), v.UserID, 10)
	b = strconv.AppendInt(append(b, `,"nickname":"listener `...), v.UserID, 36)
	b = append(append(b, `","country":"`...), v.Country...)
	b = strconv.AppendInt(append(b, `","tier":`...), v.Tier, 10)
	b = strconv.AppendInt(append(b, `,"since":`...), v.Since, 10)
	return append(b, '}')
}

// Versions returns the dimension's rows in the order of their times: the first ones of all users, which hold before the first
// event, and the second ones of every other user, which begin to hold within the hour of the events.
func Versions() []Version {
	var first, second []Version
	for i := int64(0); len(first) < DimensionUsers; i++ {
		if versions, n := versionsOf(i); n > 0 {
			first = append(first, versions[0])
			second = append(second, versions[1:n]...)
		}
	}
	slices.SortFunc(second, func(a, b Version) int { return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.UserID, b.UserID)) })
	return append(first, second...)
}

// VersionAt returns what the dimension says of a user at a time, not before Start, and whether it has the user.
func VersionAt(user, ts int64) (v Version, ok bool) {
	versions, n := versionsOf(user - firstUser)
	for _, version := range versions[:n] {
		if version.Since <= ts {
			v, ok = version, true
		}
	}
	return v, ok
}

// versionsOf returns the versions of the user with a number, in the order of time, and how many there are.
func versionsOf(i int64) (versions [2]Version, n int) {
	if i%unknownEvery == unknownEvery-1 {
		return versions, 0
	}
	random := rand.New(rand.NewPCG(uint64(i), 0x7573657273))
	place := i - i/unknownEvery // among the dimension's users
	const day = 24 * time.Hour
	v := Version{
		UserID: firstUser + i, Country: countries[random.IntN(len(countries))], Tier: random.Int64N(10),
		Since: Start - day.Milliseconds() + place*day.Milliseconds()/DimensionUsers,
	}
	versions[0] = v
	if place%2 == 1 {
		return versions, 1
	}
	v.Tier, v.Since = v.Tier+1, Start+random.Int64N(Span.Milliseconds())
	if random.IntN(4) == 0 {
		v.Country = countries[random.IntN(len(countries))]
	}
	versions[1] = v
	return versions, 2
}

var countries = [...]string{"CN", "CN", "CN", "JP", "US", "DE", "FR", "BR", "SG", "GB"}
