package search_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog/search"
	"millrace/assets/grants"
)

// fraction sees the tables whose id's hash is below a part of all; deciding costs about what a look-up in the index of grants does.
type fraction struct{ percent int }

func (f fraction) Key() string { return fmt.Sprint("fraction ", f.percent) }
func (f fraction) Discover(o grants.Object) bool {
	h := 0
	for _, s := range o.Scopes() {
		for i := range len(s) {
			h = h*31 + int(s[i])
		}
	}
	return (h%100+100)%100 < f.percent
}
func (f fraction) Sees(string) bool { return true }

var (
	english = strings.Fields(`user song album artist play event session device click page view order payment invoice price discount coupon item cart stock
		region country city store channel campaign exposure impression conversion funnel cohort retention churn revenue cost margin budget forecast target
		account profile login logout token message comment like share follow fan playlist radio podcast episode chapter lyric genre mood tempo energy
		audio video stream bitrate codec buffer latency error retry crash network battery memory storage version release experiment variant metric
		daily weekly monthly hourly total average median count ratio rate score rank level status state type kind code name title text source target
		first last previous next start end begin finish created updated deleted active valid raw clean final detail summary snapshot history`)
	chinese = strings.Fields(`用户 歌曲 专辑 歌手 播放 事件 会话 设备 点击 页面 浏览 订单 支付 发票 价格 折扣 优惠券 商品 购物车 库存 地区 国家 城市 门店 渠道 活动 曝光
		展示 转化 漏斗 留存 流失 收入 成本 毛利 预算 目标 账号 登录 消息 评论 点赞 分享 关注 粉丝 歌单 电台 播客 章节 歌词 流派 心情 节奏 日汇总 周汇总 明细 快照 历史`)
)

// tables makes up a warehouse: the words are chosen with the skew that words of real ones have.
func tables(n, columns int) []search.Change {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := func(words []string) string { return words[int(float64(len(words))*r.Float64()*r.Float64())] }
	layers := []string{"ods", "dwd", "dws", "dim", "ads"}
	out := make([]search.Change, n)
	for i := range out {
		layer := layers[r.IntN(len(layers))]
		e := search.Entry{
			Kind: search.Table, ID: fmt.Sprintf("%032x", i), Type: "store", Layer: strings.ToUpper(layer), Domain: zipf(english),
			Name: fmt.Sprintf("%s.%s.%s_%s_%s_%d", layer, zipf(english), zipf(english), zipf(english), zipf(english), i%997),
			Team: fmt.Sprintf("team%d", i%40), Owner: "team " + zipf(english), Tags: []string{zipf(english), zipf(chinese)},
			Description: fmt.Sprintf("%s%s%s of the %s %s, %s by %s", zipf(chinese), zipf(chinese), zipf(chinese), zipf(english), zipf(english), zipf(english), zipf(english)),
		}
		for range columns {
			c := search.Column{Name: zipf(english) + "_" + zipf(english), Type: "string"}
			if r.IntN(12) == 0 {
				c.Name += fmt.Sprintf("_%d", r.IntN(3000))
			}
			if r.IntN(2) == 0 {
				c.Description = zipf(chinese) + zipf(chinese) + " " + zipf(english) + " " + zipf(english)
			}
			e.Columns = append(e.Columns, c)
		}
		out[i] = search.Change{Entry: e}
	}
	return out
}

// questions is the mix that is asked: common and rare words, several words, words cut short, mistyped ones, Chinese, filters, pages.
func questions() []search.Query {
	texts := []string{
		"user", "song", "play event", "user session device", "pl", "expo", "playlst", "experiment variant metric", "retension", "custmer", "用户", "歌曲播放",
		"播放明细快照", "歌", "daily revenue 收入", "user_id", "ods.user", "dws song summary", "lyric genre mood tempo", "latency_network", "u", "snapshot history of the account",
		"created updated", "campaign conversion funnel cohort", "优惠券", "store 门店", "bitrate codec", "total_count", "streams playing listeners", "previous next start end begin finish",
	}
	var out []search.Query
	for i, t := range texts {
		out = append(out, search.Query{Text: t})
		switch i % 5 {
		case 0:
			out = append(out, search.Query{Text: t, Layers: []string{"ODS", "DIM"}, Kinds: []search.Kind{search.Table}})
		case 1:
			out = append(out, search.Query{Text: t, Offset: 200, Limit: 50})
		case 2:
			out = append(out, search.Query{Text: t, Names: true, Limit: 8})
		case 3:
			out = append(out, search.Query{Text: t, Domains: []string{"song"}, Tags: []string{"歌曲"}})
		}
	}
	return append(out, search.Query{}, search.Query{Layers: []string{"ADS"}})
}

// TestSpeed measures the search of a large hub; it is asked for by MILLRACE_SEARCH_TABLES, such as 100000.
func TestSpeed(t *testing.T) {
	n := 0
	if _, err := fmt.Sscan(os.Getenv("MILLRACE_SEARCH_TABLES"), &n); err != nil {
		t.Skip("MILLRACE_SEARCH_TABLES is not set")
	}
	dir := t.TempDir()
	ix, err := search.Open(search.Options{Dir: dir, Origin: "speed"})
	require.NoError(t, err)
	all := tables(n, 20)
	uses := map[string]float64{}
	for i := range all {
		if i%7 == 0 {
			uses[all[i].Key()] = float64(i % 1000)
		}
	}
	ix.SetUses(uses)
	begin := time.Now()
	at := int64(0)
	for chunk := range slices.Chunk(all, 1000) {
		at += int64(len(chunk))
		require.NoError(t, ix.Apply("hub", at, chunk))
	}
	require.NoError(t, ix.Refresh())
	t.Logf("%d tables of 20 columns: built in %.1f s", n, time.Since(begin).Seconds())
	begin = time.Now()
	require.NoError(t, ix.Merge(t.Context()))
	t.Logf("merged in %.1f s", time.Since(begin).Seconds())
	begin = time.Now()
	require.NoError(t, ix.Apply("hub", at+1, all[:1]))
	require.NoError(t, ix.Refresh())
	t.Logf("one change: visible after %s", time.Since(begin).Round(time.Millisecond))
	require.NoError(t, ix.Close())
	begin = time.Now()
	ix, err = search.Open(search.Options{Dir: dir, Origin: "speed"})
	require.NoError(t, err)
	defer func() { require.NoError(t, ix.Close()) }()
	ix.SetUses(uses)
	t.Logf("opened again in %.1f s, %d MiB on the disk", time.Since(begin).Seconds(), size(t, dir)>>20)

	// The processor time is that of the search alone, whatever else the machine does.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, percent := range []int{100, 20, 1} {
		var took, used []time.Duration
		for round := range 6 {
			for _, q := range questions() {
				begin, before := time.Now(), threadTime()
				_, err := ix.Search(context.Background(), fraction{percent}, q)
				d, c := time.Since(begin), threadTime()-before
				require.NoError(t, err)
				if round == 0 && percent == 100 {
					continue // the first time the files are read
				}
				took, used = append(took, d), append(used, c)
			}
		}
		slices.Sort(took)
		slices.Sort(used)
		at := func(list []time.Duration, p float64) time.Duration {
			return list[int(float64(len(list)-1)*p)].Round(10 * time.Microsecond)
		}
		t.Logf("viewer of %d %%: %d searches, p50 %s, p95 %s, p99 %s, max %s; processor p50 %s, p95 %s, p99 %s, max %s", percent, len(took), at(took, .5), at(took, .95), at(took, .99),
			at(took, 1), at(used, .5), at(used, .95), at(used, .99), at(used, 1))
	}
}

func size(t *testing.T, dir string) int64 {
	t.Helper()
	total := int64(0)
	require.NoError(t, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return nil
	}))
	return total
}
