package generator

import (
	"fmt"
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Name is the name of the component.
const Name = "generator"

// The diagnostics of this package.
const (
	// CodeBadStart is a start that is neither a time nor "now".
	CodeBadStart diag.Code = "generator.bad_start"
	// CodeRateNeeded is event time that is to follow the wall clock at no rate.
	CodeRateNeeded diag.Code = "generator.rate_needed"
	// CodeBadShare is a share out of bounds.
	CodeBadShare diag.Code = "generator.bad_share"
	// CodeEndless is a bounded run over events without end.
	CodeEndless diag.Code = "generator.endless"
	// CodeBadPosition is a position that this source did not write.
	CodeBadPosition diag.Code = "generator.bad_position"
)

const (
	startNow     = "now"
	orderOrdered = "ordered"
	orderLate    = "late"
	// maxCount keeps the arithmetic of times within 64 bits.
	maxCount = 1_000_000_000_000
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSource,
		Title:   text("Generator", "生成器"),
		Summary: text("Makes up the events of a music service, for demos and tests.", "生成虚拟音乐服务的事件，用于演示与测试。"),
		Help: text("The same parameters always give the same events, and a pipeline that restarts goes on with the next one. Users, songs and "+
			"rooms differ in popularity as real ones do, and a user keeps platform, language and experiment group in all streams. Only with "+
			"`start: now` do event times follow the wall clock and differ from run to run.",
			"参数相同，生成的事件就相同；管道重启后从下一条事件继续。用户、歌曲和直播间的热度分布接近真实情况，同一用户在各个流中的平台、语言和实验分组保持一致。"+
				"仅当 `start: now` 时，事件时间跟随当前时钟，每次运行各不相同。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><circle cx="4.6" cy="12" r="1.9"/><circle cx="11.4" cy="10.6" r="1.9"/>` +
			`<path d="M6.5 12V3.6l6.8-1.4v8.4M6.5 6.4l6.8-1.4"/></svg>`,
		Fields:   fields(),
		Examples: []component.Example{{Title: text("Long plays, out of order", "乱序的长播放"), YAML: example}},
		Source:   &component.SourceDef{Plan: planSource, Open: openSource},
	}
}

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

func option(value, en, zh string) component.Option {
	return component.Option{Value: value, Label: text(en, zh)}
}

func fields() []component.Field {
	return []component.Field{
		component.NewField("stream", component.FieldEnum, "Stream", "事件流").WithDefault(PlayEvents).WithOptions(
			option(PlayEvents, "Plays, skips, likes, comments", "播放、跳过、喜欢、评论"),
			option(Exposures, "Exposures to experiments", "实验曝光"),
			option(LiveRooms, "Live rooms: visits and gifts", "直播间：进出与礼物")),
		component.NewField("rate", component.FieldInt, "Events a second", "每秒事件数").WithDefault(int64(1000)).Between(0, maxRate).
			WithHelp("Over all partitions. 0 is as fast as possible; event time then advances as at 10,000 a second.",
				"所有分区合计。0 表示尽可能快，此时事件时间按每秒 10,000 条推进。"),
		component.NewField("count", component.FieldInt, "Events in all", "事件总数").WithDefault(int64(0)).Between(0, maxCount).
			WithHelp("Over all partitions. 0 is without end; a bounded run needs an end.", "所有分区合计。0 表示不结束；有界运行必须指定总数。"),
		component.NewField("partitions", component.FieldInt, "Partitions", "分区数").WithDefault(int64(defaultPartitions)).Between(1, maxPartitions).
			WithHelp("The events are dealt to them in turn.", "事件依次轮流分配到各分区。"),
		component.NewField("seed", component.FieldInt, "Seed", "随机种子").WithDefault(int64(0)).
			WithHelp("Another seed gives other events.", "种子不同，事件不同。"),
		component.NewField("start", component.FieldString, "Starts at", "起始时间").WithDefault(DefaultStart().Format(time.RFC3339)).
			WithHelp("The first event's time, or now.", "首条事件的时间，或 now。"),
		component.NewField("order", component.FieldEnum, "Order in time", "时间顺序").WithDefault(orderOrdered).WithOptions(
			option(orderOrdered, "In order", "有序"), option(orderLate, "Out of order and late", "乱序与迟到")),
		component.NewField("disorder", component.FieldDuration, "Out of order by at most", "最大乱序").WithDefault(defaultDisorder).
			Between(0, int64(24*time.Hour)).ShownIf("order", orderLate),
		component.NewField("late_share", component.FieldFloat, "Share of late rows", "迟到比例").WithDefault(0.0).Between(0, 1).ShownIf("order", orderLate).
			WithHelp("The share of rows that come later than that: 0.01 is one in a hundred.", "超出最大乱序的数据所占比例：0.01 表示每一百条中有一条。"),
		component.NewField("late_by", component.FieldDuration, "Late by at most", "最大迟到").WithDefault(defaultLateBy).
			Between(int64(time.Millisecond), int64(30*24*time.Hour)).ShownIf("order", orderLate).AsAdvanced(),
		component.NewField("duplicate_share", component.FieldFloat, "Share of duplicates", "重复比例").WithDefault(0.0).Between(0, 1).
			WithHelp("The share of events that repeat the one before, as a retry does; at most 0.9.", "重复上一条事件（如重试所致）的比例，不超过 0.9。"),
		component.NewField("users", component.FieldInt, "Users", "用户数").WithDefault(int64(DefaultUsers)).Between(1, maxUsers).AsAdvanced(),
	}
}

const example = `format: 1
kind: view
name: cdm.music.long_plays_generated
time_zone: Asia/Shanghai
nodes:
  - id: plays
    component: generator
    params: {stream: play_events, seed: 7, rate: 0, count: 10000, partitions: 2, order: late, disorder: 2s, late_share: 0.001}
  - {id: long, component: filter, params: {where: "event = 'play' AND ms_played > 30000"}}
  - {id: out, component: console}
edges: [plays -> long, long -> out]
`

func planSource(pc *component.Planning, p component.Params) (*plan.Scan, bool) {
	ok := true
	report := func(code diag.Code, field, fix, format string, args ...any) {
		lowering.Report(pc, code, p.Span(field), p.Path(field), format, args...).Fix = fix
		ok = false
	}
	if start := p.String("start"); start != startNow {
		if _, err := time.Parse(time.RFC3339, start); err != nil {
			report(CodeBadStart, "start", "Write now, or, for example, 2026-01-02T15:04:05Z.", "start: %q is neither a time nor now", start)
		}
	} else if p.Int("rate") == 0 {
		report(CodeRateNeeded, "rate", "Give a rate, or a start in place of now.",
			"rate: event times follow the wall clock only at a rate, and 0 is as fast as possible")
	}
	if share := p.Float("duplicate_share"); share > MaxDuplicateShare {
		report(CodeBadShare, "duplicate_share", "", "duplicate_share: %v is more than %v", share, MaxDuplicateShare)
	}
	params, err := component.Encode(fields(), p)
	if err != nil {
		report(component.CodeBadValue, "", "", "%v", err)
	}
	if !ok {
		return nil, false
	}
	s := Schema(p.String("stream"))
	s.EventTime.OutOfOrder = schema.Duration(p.Duration("disorder"))
	return &plan.Scan{Component: Name, Version: 1, Params: params, Source: s}, true
}

// settings are the parameters of a scan.
type settings struct {
	options Options
	// count is 0 without end; paced is false where events come as fast as possible; now lets event time follow the wall clock.
	count      int64
	paced, now bool
}

func decodeSettings(text []byte) (settings, error) {
	p, err := component.DecodeJSON(fields(), text)
	if err != nil {
		return settings{}, err
	}
	s := settings{count: p.Int("count"), paced: p.Int("rate") > 0, now: p.String("start") == startNow}
	s.options = Options{
		Stream: p.String("stream"), Seed: p.Int("seed"), Partitions: int(p.Int("partitions")), Rate: p.Int("rate"), Users: p.Int("users"),
		Disorder: p.Duration("disorder"), LateShare: p.Float("late_share"), LateBy: p.Duration("late_by"), DuplicateShare: p.Float("duplicate_share"),
	}
	if !s.paced {
		s.options.Rate = DefaultRate
	}
	if !s.now {
		if s.options.Start, err = time.Parse(time.RFC3339, p.String("start")); err != nil {
			return settings{}, fmt.Errorf("reading start: %w", err)
		}
	}
	return s, nil
}
