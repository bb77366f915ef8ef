// Package rig runs the product as its users do: the binary itself as a child process, models and a catalog in files, records
// through a Kafka client, results through ClickHouse's own SQL. Package parts brings up the servers; this one works with them.
//
//	func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }
//
//	db := rig.ClickHouse(t)                        // a database of the test's own
//	k := rig.DialKafka(t, broker.Address())        // any broker's address
//	k.CreateTopic("plays", 4)
//	k.Produce(&kgo.Record{Topic: "plays", Partition: 2, Value: ...})
//
//	w := rig.NewWorkspace(t)                       // a folder with models and a data folder
//	w.Catalog(rig.Connections(k, db) + tables)     // connections "queue" and "olap"
//	sum := w.Run("--bounded", w.File("plays.yaml", model))  // millrace run, to its end
//	require.EqualValues(t, 100, sum.Pipelines[0].RowsIn)
//
//	p := w.Start("run", "--json", model)           // one to signal, kill and start again
//	p.Kill()
//
// Every function fails the test when it cannot do what it is asked.
package rig
