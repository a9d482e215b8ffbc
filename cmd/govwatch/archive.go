package main

import (
	"fmt"
	"io"
	"os"

	"govwatch/cmd/internal/app"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

// dataFlags name the folder or the configuration that a reading command opens.
type dataFlags struct{ config, data string }

func (f *dataFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.config, "config", "", "configuration file")
	c.Flags().StringVar(&f.data, "data", "", "data folder, in place of the configuration's")
}

func (f *dataFlags) load() (app.Config, error) { return loadConfig(f.config, f.data) }

// loadConfig reads the configuration; a data folder given by hand replaces the
// one in it and the backends that stand there by default.
func loadConfig(config, data string) (app.Config, error) {
	env := os.Getenv
	if data != "" {
		env = func(name string) string {
			if name == "GOVWATCH_DATA" {
				return data
			}
			return os.Getenv(name)
		}
	}
	cfg, err := app.Load(config, env)
	if err != nil {
		return cfg, err
	}
	return cfg, cfg.Validate(nil)
}

func archiveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "archive",
		Short: "Check the archive, or read one blob back",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(archiveVerifyCommand(), archiveGetCommand())
	return c
}

func archiveVerifyCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Hash every archived blob again and compare with the tracker",
		Long: `verify opens each blob that the tracker names, hashes it and compares it with its
key. It exits with 1 when one is lost or damaged, and names it.`,
		Example: `  govwatch archive verify --data ./data/demo
  govwatch archive verify --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			r, err := app.VerifyArchive(c.Context(), cfg, func(done int) {
				if isTerminal(os.Stderr) && done%500 == 0 {
					fmt.Fprintf(os.Stderr, "\r%d blobs", done)
				}
			})
			if err != nil {
				return err
			}
			if err := printValue(c.OutOrStdout(), r, asJSON, func(w io.Writer) error {
				for _, b := range r.Bad {
					if _, err := fmt.Fprintf(w, "%s: %s\n", b.Key, b.Problem); err != nil {
						return err
					}
				}
				_, err := fmt.Fprintf(w, "%d blobs, %d bytes, %d bad\n", r.Blobs, r.Bytes, len(r.Bad))
				return err
			}); err != nil {
				return err
			}
			if len(r.Bad) > 0 {
				return fmt.Errorf("%d of %d blobs are lost or damaged; restore them from a back-up", len(r.Bad), r.Blobs)
			}
			return nil
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func archiveGetCommand() *cobra.Command {
	var at dataFlags
	c := &cobra.Command{
		Use:     "get KEY",
		Short:   "Write one blob, as it came over the wire, to standard output",
		Example: `  govwatch archive get 3b1f… > page.html`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			return app.GetBlob(c.Context(), cfg, notice.BlobKey(args[0]), c.OutOrStdout())
		},
	}
	at.add(c)
	return c
}
