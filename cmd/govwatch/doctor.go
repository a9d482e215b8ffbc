package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func doctorCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check the configuration and everything it names",
		Long: `doctor checks declarations, alert channels, disk space, tracker, archive, bus,
their clocks, the reader's child process and OCR, each on its own, and exits with
1 when something is wrong.`,
		Example: `  govwatch doctor --config config.yaml
  govwatch doctor --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			found := app.Doctor(c.Context(), cfg)
			err = printValue(c.OutOrStdout(), found, asJSON, func(w io.Writer) error {
				tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
				for _, f := range found {
					if _, err := fmt.Fprintf(tw, "%s\t%s\t%s\n", f.State, f.Check, f.Detail); err != nil {
						return err
					}
				}
				return tw.Flush()
			})
			if err != nil {
				return err
			}
			found = slices.DeleteFunc(found, func(f app.Finding) bool { return f.State != app.FindingWrong })
			if len(found) > 0 {
				var names []string
				for _, f := range found {
					names = append(names, f.Check)
				}
				return fmt.Errorf("%d of the checks found something wrong: %s", len(found), strings.Join(names, ", "))
			}
			return nil
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return c
}

func backupCommand() *cobra.Command {
	var at dataFlags
	c := &cobra.Command{
		Use:   "backup DIR",
		Short: "Copy tracker and archive into a folder, while work goes on",
		Long: `backup copies the tracker as of one moment (PostgreSQL by pg_dump) and then every
archived body that this copy names, each checked against its hash. A second
back-up into the same folder copies only what is new.`,
		Example: "  govwatch backup /srv/backup/govwatch --config config.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			return reportCopy(c, "backed up", func() (app.CopyReport, error) { return app.Backup(c.Context(), cfg, args[0]) })
		},
	}
	at.add(c)
	return c
}

func restoreCommand() *cobra.Command {
	var at dataFlags
	c := &cobra.Command{
		Use:   "restore DIR",
		Short: "Bring tracker and archive back from a back-up",
		Long: `restore puts the bodies of a back-up into the archive and its tracker where the
configuration says, which must be empty: no tracker file, or a PostgreSQL
database without tables. No process may run meanwhile.`,
		Example: "  govwatch restore /srv/backup/govwatch --config config.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			return reportCopy(c, "restored", func() (app.CopyReport, error) { return app.Restore(c.Context(), cfg, args[0]) })
		},
	}
	at.add(c)
	return c
}

func reportCopy(c *cobra.Command, done string, f func() (app.CopyReport, error)) error {
	r, err := f()
	if err != nil {
		return err
	}
	for _, b := range r.Bad {
		fmt.Fprintf(os.Stderr, "missing or damaged: %s %s: %s\n", b.Key, b.URL, b.Problem)
	}
	if _, err := fmt.Fprintf(c.OutOrStdout(), "%s the tracker and %d bodies, %d bytes\n", done, r.Blobs, r.Bytes); err != nil {
		return err
	}
	if len(r.Bad) > 0 {
		return fmt.Errorf("%d bodies are missing or damaged; everything else is %s", len(r.Bad), done)
	}
	return nil
}
