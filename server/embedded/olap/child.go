package olap

import (
	"flag"
	"fmt"
	"io"
	"os"
)

// ChildCommand is the hidden first argument under which the program calls
// RunChild with the arguments that follow.
const ChildCommand = "__olap-child"

// childArgs is what the parent tells its child.
type childArgs struct {
	library  string
	dataDir  string
	httpPort int
	tcpPort  int
}

func (a childArgs) flags() []string {
	return []string{
		"-library", a.library, "-data", a.dataDir,
		"-http-port", fmt.Sprint(a.httpPort), "-tcp-port", fmt.Sprint(a.tcpPort),
	}
}

func parseChildArgs(args []string, errOut io.Writer) (childArgs, error) {
	var a childArgs
	f := flag.NewFlagSet(ChildCommand, flag.ContinueOnError)
	f.SetOutput(errOut)
	f.StringVar(&a.library, "library", "", "path of libchdb")
	f.StringVar(&a.dataDir, "data", "", "data folder")
	f.IntVar(&a.httpPort, "http-port", 0, "HTTP port")
	f.IntVar(&a.tcpPort, "tcp-port", 0, "native TCP port")
	if err := f.Parse(args); err != nil {
		return a, err
	}
	if a.library == "" || a.dataDir == "" || a.httpPort == 0 || a.tcpPort == 0 || f.NArg() != 0 {
		return a, fmt.Errorf("%s is started by the program itself", ChildCommand)
	}
	return a, nil
}

// RunChild is the child's main: it serves until SIGTERM or the end of standard
// input, and does not return in that case (see the platform's exit). It returns
// the exit code when it could not start.
func RunChild(args []string) int {
	a, err := parseChildArgs(args, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "olap child:", err)
		return 2
	}
	if err := serve(a); err != nil {
		fmt.Fprintln(os.Stderr, "olap child:", err)
		return 1
	}
	return 0
}
