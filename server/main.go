// Command millrace is the whole product in one binary.
package main

import (
	"os"
	// Models name IANA time zones; machines and images without the database must know them too.
	_ "time/tzdata"

	"millrace/server/cli"
	"millrace/server/embedded/olap"
)

func main() {
	// The embedded ClickHouse is this binary again, told apart by its first argument before anything else runs.
	if len(os.Args) > 1 && os.Args[1] == olap.ChildCommand {
		os.Exit(olap.RunChild(os.Args[2:]))
	}
	stop := startProfile()
	code := cli.Main(os.Args[1:])
	stop()
	os.Exit(code)
}
