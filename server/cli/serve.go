package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"millrace/configs"
	"millrace/server/app"
	"millrace/server/cli/client"
	"millrace/server/demo"
	"millrace/server/site"
	"millrace/web"
)

func (c *command) serveCommand() *cobra.Command {
	var data, listen string
	var withDemo bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server: embedded parts, workers, API and web application",
		Long: `Starts the embedded broker and ClickHouse, the workers that run deployed pipelines, the API and the web application. Where the ClickHouse library is
missing, everything else runs, and the page says how to get it. SIGINT or SIGTERM drains all pipelines.

The first start makes an administrator's account and prints its password, once. With --demo it also fills an empty installation with a music
workspace, through the API like anybody else.`,
		Example: `  millrace serve --data ./.millrace --listen 127.0.0.1:8470`,
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := c.config(data, listen)
			if err != nil {
				return err
			}
			return c.serve(cmd.Context(), config, withDemo)
		},
	}
	addData(cmd, &data)
	cmd.Flags().StringVar(&listen, "listen", "", "`address` of the API and the page (default: the configuration's, 127.0.0.1:8470)")
	cmd.Flags().BoolVar(&withDemo, "demo", false, "fill an empty installation with a demo")
	return cmd
}

func (c *command) serve(ctx context.Context, config configs.Config, withDemo bool) (err error) {
	log := logger(c.streams.Err, config.Log, slog.LevelDebug)
	app.LimitMemory(config.Engine)
	tlsConfig, err := serverTLS(config.Server.TLS)
	if err != nil {
		return failWith(exitEnvironment, err)
	}
	// The address before the data folder: a second server on the same address should say so, and touch nothing.
	listener, err := net.Listen("tcp", config.Listen)
	if err != nil {
		return failWith(exitEnvironment, fmt.Errorf("listening on %s: %w", config.Listen, err))
	}
	defer func() { _ = listener.Close() }()
	s, err := site.Open(ctx, site.Options{Config: config, Page: web.Application(), Loopback: onLoopback(listener.Addr()), WorkerArgs: c.workerArgs(config), Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()

	server := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		TLSConfig: tlsConfig, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failure error
	var serving sync.WaitGroup
	serving.Go(func() {
		var err error
		if tlsConfig != nil {
			err = server.ServeTLS(listener, "", "")
		} else {
			err = server.Serve(listener)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			failure = failWith(exitFailed, fmt.Errorf("serving HTTP: %w", err))
			cancel()
		}
	})
	c.announce(s, listener.Addr(), config, tlsConfig != nil, log)
	if withDemo {
		serving.Go(func() {
			if err := seed(ctx, s); err != nil && ctx.Err() == nil {
				log.Error("the demo could not be made", "err", err)
			}
		})
	}
	runErr := s.Run(ctx)
	// Everything has drained; the page was there to look on until now.
	stop, cancelStop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancelStop()
	if err := server.Shutdown(stop); err != nil {
		_ = server.Close()
	}
	serving.Wait()
	return errors.Join(failure, runErr)
}

// seed makes the demo with a token of the server's own.
func seed(ctx context.Context, s *site.Site) (err error) {
	token, end, err := s.Token(ctx, "demo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	api, err := client.New(client.Profile{URL: "http://localhost" + s.BasePath(), Token: token})
	if err != nil {
		return err
	}
	// The models name the embedded parts' connections, which are known once the parts run.
	if err := s.AwaitParts(ctx); err != nil {
		return err
	}
	return demo.Seed(ctx, api.Over(site.Within{Handler: s.Handler()}))
}

// announce says where the server is, and how to get in for the first time. The password goes to the terminal and nowhere else.
func (c *command) announce(s *site.Site, at net.Addr, config configs.Config, secure bool, log *slog.Logger) {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	fmt.Fprintf(c.streams.Out, "Millrace serves %s://%s%s (data in %s)\n", scheme, shown(at), s.BasePath(), s.DataDir())
	if password := s.FirstPassword(); password != "" {
		fmt.Fprintf(c.streams.Out, "First login: %s with the password %s\nIt is not shown again; millrace admin reset-password makes a new one.\n", s.FirstAccount(), password)
	}
	if !onLoopback(at) && !secure && config.Server.PublicURLs == "" {
		log.Warn("passwords and tokens go to this address without TLS: set server.tls, or server.public_urls where a proxy has it", "address", at.String())
	}
}

// workerArgs are the arguments that start a worker beside this server.
func (c *command) workerArgs(config configs.Config) []string {
	args := []string{"worker", "--data", config.DataDir}
	if c.configPath != "" {
		args = append(args, "--config", c.configPath)
	}
	return args
}

// serverTLS loads the certificate; nil is to serve without TLS.
func serverTLS(t configs.TLS) (*tls.Config, error) {
	if t.CertFile == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("loading the certificate: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil
}

func onLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

func shown(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return a.String()
}
