package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"millrace/assets/catalog"
	"millrace/components/all"
	"millrace/server/auth"
	"millrace/server/secret"
	"millrace/server/store"
	"millrace/server/worker"
)

func (c *command) adminCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "admin",
		Short: "Repair an installation from its own machine",
		Args:  usageArgs(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.resetPasswordCommand(), c.rotateKeyCommand())
	return cmd
}

func (c *command) resetPasswordCommand() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "reset-password NAME",
		Short: "Give an account a random password and print it, once",
		Long: `Writes to the metadata itself: whoever may do that needs no password. The account's sessions end, within a second where a server runs; its
failed log-ins are forgotten.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			config, err := c.config(data, "")
			if err != nil {
				return err
			}
			meta, err := store.Open(cmd.Context(), store.From(config, nil))
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, meta.Close()) }()
			limits, _ := auth.Settings(config.Auth)
			identity, err := auth.New(auth.Options{Store: meta, Limits: limits})
			if err != nil {
				return err
			}
			password, err := identity.ResetPasswordOf(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(c.streams.Err, "The new password of %s. It is not shown again:\n", args[0])
			_, err = fmt.Fprintln(c.streams.Out, password)
			return err
		},
	}
	addData(cmd, &data)
	return cmd
}

func (c *command) rotateKeyCommand() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "rotate-key",
		Short: "Seal all stored secrets with a new key",
		Long: `Puts a new key before those in the data folder's secret.key and seals all secrets of connections with it, while no server runs on the folder.
Where ` + secret.Variable + ` holds the keys, put the new one before the others yourself, restart every server with it, and run this to seal
the secrets with it. The old keys may be removed afterwards.`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			config, err := c.config(data, "")
			if err != nil {
				return err
			}
			given := os.Getenv(secret.Variable)
			if given == "" {
				lock, err := store.LockDir(config.DataDir)
				if err != nil {
					return err
				}
				defer func() { _ = lock.Close() }()
				if err := secret.AddKey(config.DataDir); err != nil {
					return err
				}
			}
			ring, err := secret.Load(given, config.DataDir)
			if err != nil {
				return err
			}
			meta, err := store.Open(cmd.Context(), store.From(config, nil))
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, meta.Close()) }()
			if err := meta.AdmitKeys(cmd.Context(), ring.IDs()); err != nil {
				return err
			}
			registry, err := all.Registry()
			if err != nil {
				return err
			}
			hub, err := catalog.NewHub(cmd.Context(), catalog.Deps{Store: meta.Hub(), Registry: registry, Sealer: worker.Sealer{Keys: ring}})
			if err != nil {
				return err
			}
			changed, err := ring.Reseal(cmd.Context(), worker.Resealer{Hub: hub})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.streams.Out, "%d secrets are sealed anew, with the key %s.\n", changed, ring.IDs()[0])
			return err
		},
	}
	addData(cmd, &data)
	return cmd
}
