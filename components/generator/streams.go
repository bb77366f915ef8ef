package generator

import "time"

// The names of the streams.
const (
	PlayEvents = "play_events"
	Exposures  = "exposures"
	LiveRooms  = "live_rooms"
)

// ExperimentOfGroup is the experiment whose variant is the exp_group of play events.
const ExperimentOfGroup = "rec_ranker_v2"

const (
	songs     = 1_000_000
	liveRooms = 2_000
	// shortest and longest bound the length of a song, halfMinute divides short plays from long ones; in milliseconds.
	shortest, longest, halfMinute = 90_000, 330_000, 30_000
	sessionMicros                 = int64(30 * time.Minute / time.Microsecond)
)

// event is one event of any stream: each fills the fields that its columns read.
type event struct {
	ts                  int64 // microseconds
	user, song, room    int64
	ms, gift            int64
	session             uint64
	event, platform     string
	page, os, ver       string
	net, lang           string
	experiment, variant string
}

// stream is a kind of events.
type stream struct {
	name    string
	kind    kind
	columns []column
}

// kind tells streams apart where function values would make every event escape to the heap.
type kind uint8

const (
	kindPlay kind = iota + 1
	kindExposure
	kindLive
)

// What there is to choose from. None of these change.
var (
	playKinds = choiceOf(weight{"play", 62}, weight{"skip", 20}, weight{"like", 8}, weight{"collect", 3}, weight{"download", 3},
		weight{"comment", 2}, weight{"share", 2})
	playPages = choiceOf(weight{"daily_recommend", 30}, weight{"playlist", 26}, weight{"private_fm", 14}, weight{"search", 12},
		weight{"album", 8}, weight{"artist", 6}, weight{"rank", 4})
	networks  = choiceOf(weight{"wifi", 62}, weight{"5g", 26}, weight{"4g", 10}, weight{"offline", 2})
	languages = choiceOf(weight{"zh-CN", 78}, weight{"en-US", 10}, weight{"zh-TW", 6}, weight{"ja-JP", 4}, weight{"ko-KR", 2})
	platforms = choiceOf(weight{"android", 47}, weight{"ios", 38}, weight{"web", 9}, weight{"desktop", 6})
	systems   = map[string]choice{
		"android": choiceOf(weight{"Android 14", 45}, weight{"Android 13", 30}, weight{"HarmonyOS 4", 25}),
		"ios":     choiceOf(weight{"iOS 17.2", 60}, weight{"iOS 16.7", 30}, weight{"iOS 15.8", 10}),
		"web":     choiceOf(weight{"Chrome 120", 70}, weight{"Edge 120", 20}, weight{"Safari 17", 10}),
		"desktop": choiceOf(weight{"Windows 11", 60}, weight{"macOS 14", 40}),
	}
	versions = choiceOf(weight{"9.0.10", 40}, weight{"8.10.81", 30}, weight{"8.10.40", 20}, weight{"8.9.70", 10})

	experiments = choiceOf(weight{ExperimentOfGroup, 50}, weight{"autoplay_next", 25}, weight{"comment_fold", 15}, weight{"lyrics_share", 10})
	rankers     = choiceOf(weight{"control", 50}, weight{"treatment_a", 25}, weight{"treatment_b", 25})
	halves      = choiceOf(weight{"control", 50}, weight{"treatment", 50})
	expPages    = choiceOf(weight{"home", 40}, weight{"daily_recommend", 30}, weight{"player", 20}, weight{"comments", 10})

	liveKinds = choiceOf(weight{"enter", 34}, weight{"leave", 30}, weight{"comment", 20}, weight{"like", 9}, weight{"gift", 5}, weight{"follow", 2})

	allSongs, allRooms, defaultUsers = ranksOf(songs), ranksOf(liveRooms), ranksOf(DefaultUsers)

	streams = []stream{
		{PlayEvents, kindPlay, playColumns()},
		{Exposures, kindExposure, exposureColumns()},
		{LiveRooms, kindLive, liveColumns()},
	}
)

// giftValues are what a gift may cost, in coins, the cheap ones first.
var giftValues = [...]int64{1, 1, 1, 1, 5, 5, 10, 10, 66, 99, 520, 1314}

// person returns the hash from which all traits of a user come.
func (e *Events) person(user int64) random { return random(mix(e.people + uint64(user)*golden)) }

// variant returns the variant of an experiment that a user sees, always the same.
func (e *Events) variant(user int64, experiment string) string {
	h := uint64(e.person(user))
	for i := range len(experiment) {
		h = h*31 + uint64(experiment[i])
	}
	if experiment == ExperimentOfGroup {
		return rankers.at(mix(h))
	}
	return halves.at(mix(h))
}

// draw makes what is particular to the stream of an event whose time is known.
func (e *Events) draw(r *random, ev *event) {
	switch e.stream.kind {
	case kindPlay:
		e.fillPlay(r, ev)
	case kindExposure:
		e.fillExposure(r, ev)
	default:
		e.fillLive(r, ev)
	}
}

func (e *Events) fillPlay(r *random, ev *event) {
	ev.user, ev.song = e.users.draw(r), allSongs.draw(r)
	ev.event = playKinds.draw(r)
	ev.ms = playedMillis(r, ev.event, ev.song)
	ev.page, ev.net = playPages.draw(r), networks.draw(r)

	who := e.person(ev.user)
	ev.platform = platforms.draw(&who)
	system := systems[ev.platform]
	ev.os, ev.ver, ev.lang = system.draw(&who), versions.draw(&who), languages.draw(&who)
	ev.variant = e.variant(ev.user, ExperimentOfGroup)
	// Half an hour of a user is one session.
	ev.session = mix(who.next() + uint64(ev.ts/sessionMicros)*golden)
}

// playedMillis draws how long a song was heard: more than half of the plays to its end, some less than half a minute, as all skips;
// other events play nothing.
func playedMillis(r *random, kind string, song int64) int64 {
	length := shortest + int64(mix(uint64(song)*golden)%(longest-shortest))
	how, part := r.unit(), r.unit()
	switch {
	case kind == "skip":
		return 500 + int64(part*part*(halfMinute-500))
	case kind != "play":
		return 0
	case how < 0.55:
		return length
	case how < 0.85:
		return halfMinute + int64(part*float64(length-halfMinute))
	default:
		return 5_000 + int64(part*(halfMinute-5_000))
	}
}

func (e *Events) fillExposure(r *random, ev *event) {
	ev.user = e.users.draw(r)
	ev.experiment = experiments.draw(r)
	ev.variant = e.variant(ev.user, ev.experiment)
	ev.page = expPages.draw(r)
}

func (e *Events) fillLive(r *random, ev *event) {
	ev.room, ev.user = allRooms.draw(r), e.users.draw(r)
	ev.event = liveKinds.draw(r)
	ev.gift = giftValues[r.below(uint64(len(giftValues)))]
	if ev.event != "gift" {
		ev.gift = 0
	}
}
