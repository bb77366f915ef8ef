// Package nexmark makes the events of the Nexmark benchmark, an online auction: persons register, open auctions and bid. Of every 50
// events one is a person, three are auctions and 46 are bids; some auctions, bidders and sellers are hot. The same seed gives the same
// events.
//
// The model is the one of "NEXMark - A Benchmark for Queries over Data Streams" (Tucker, Tufte, Papadimos, Maier) in the form that Apache
// Beam gave it and that engines are compared with: one stream whose rows hold a person, an auction or a bid.
package nexmark
