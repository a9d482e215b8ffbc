package main

import (
	"fmt"
	"os"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func sourcesAddCommand() *cobra.Command {
	var at dataFlags
	var req app.AddRequest
	c := &cobra.Command{
		Use:   "add URL",
		Short: "Look at a list page and write its declaration, ready to review",
		Long: `add fetches a list page once, politely, recognises the family that draws it, guesses
whose it is from the site's labels and the authority files, reads the list as a run
would, and writes the declaration: to standard output, or into the folder of --out.
Guesses that want an eye are marked "# review". It exits with 1 when no list is found.`,
		Example: `  govwatch sources add https://www.ndrc.gov.cn/xxgk/zcfb/tz/
  govwatch sources add http://fgw.example.gov.cn/zcfb/ --out sources --issuer 某省发展和改革委员会
  govwatch run --config config.yaml --once   # with sources: sources in config.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			req.URL = args[0]
			added, err := app.AddSource(c.Context(), cfg, app.Options{}, req)
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "%s: family %s, %d items; the first: %s %s\n", added.ID, added.Family, len(added.Items), added.Items[0].Date, added.Items[0].Title)
			for _, r := range added.Review {
				fmt.Fprintln(os.Stderr, "review", r)
			}
			if added.Path != "" {
				fmt.Fprintln(os.Stderr, "written to", added.Path)
				return nil
			}
			_, err = fmt.Fprint(c.OutOrStdout(), added.YAML)
			return err
		},
	}
	at.add(c)
	c.Flags().StringVar(&req.Dir, "out", "", "folder of declarations; the file goes into a subfolder by region")
	c.Flags().StringVar(&req.ID, "id", "", "id of the source (default: from the host name)")
	c.Flags().StringVar(&req.Issuer, "issuer", "", "body that runs the site (default: as the page tells)")
	return c
}
