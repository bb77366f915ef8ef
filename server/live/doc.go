// Package live keeps clients up to date over a WebSocket. It is the only package that speaks gorilla/websocket.
//
// # Feeds
//
// A feed is what a topic has to say, and it is bounded however slow its readers are. There are two:
//
//	State   items by key, such as the pipelines of a list. A reader that is behind gets each item once, as it is now.
//	Log     lines in order, the last few of them. A reader that is too far behind is told how many it has missed.
//
// Every change takes the feed's next sequence number. A reader holds the number up to which it knows the feed and asks for what came
// after, so nothing is queued for anybody: a slow client costs a number, not memory.
//
// # Protocol
//
// Text frames of JSON. A client sends
//
//	{"op": "subscribe", "id": "1", "topic": "pipeline", "params": {"pipeline": "4f..."}, "feed": "9c...", "since": 17}
//	{"op": "unsubscribe", "id": "1"}
//
// and gets, under the id it chose,
//
//	{"op": "snapshot", "id": "1", "feed": "9c...", "seq": 17, "set": {"4f...": {...}}}           everything, first
//	{"op": "delta", "id": "1", "seq": 21, "set": {"4f...": {...}}, "removed": ["77..."]}          what has changed, four times a second at most
//	{"op": "delta", "id": "1", "seq": 40, "lines": [{...}], "missed": 3}                          of a log
//	{"op": "ended", "id": "1", "problem": {"code": "...", "detail": "..."}}                       there will be no more, and why
//
// A client that comes back names the feed it knew and the number it had: where the feed is still the same it gets a delta instead of a
// snapshot. What a principal may see is decided when it subscribes, and again within a second of every change of policies, roles and
// sessions: a subscription that no longer may ends, one that may see other items starts anew with a snapshot.
package live
