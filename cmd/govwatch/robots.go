package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"govwatch/crawler"

	"github.com/spf13/cobra"
)

// maxSavedRobots is more than ParseRobots reads of any file.
const maxSavedRobots = 1 << 20

func robotsCommand() *cobra.Command {
	var agent, address string
	c := &cobra.Command{
		Use:   "robots --agent TOKEN --url URL FILE",
		Short: "Say whether a robots.txt lets a crawler fetch an address",
		Long: `robots reads a saved robots.txt by RFC 9309, as every run does, and prints
"allowed" or "disallowed". Both exit with 0; 1 means that the file cannot be read.
The token is the bare name of a crawler, and the address must be percent-encoded
as a request would be: rules are compared byte by byte. Any address has an answer:
an empty one, or one without a path, is the root. An empty token is a crawler
without a name, which the rules for * bind.`,
		Example: `  govwatch robots --agent govwatch --url http://www.example.gov.cn/zwgk/ robots.txt
  curl -s https://www.example.gov.cn/robots.txt | govwatch robots --agent govwatch --url https://www.example.gov.cn/ /dev/stdin`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("agent") || !c.Flags().Changed("url") {
				return usageError{errors.New("name the crawler and the address: --agent govwatch --url http://host/path")}
			}
			body, err := readStart(args[0], maxSavedRobots)
			if err != nil {
				return fmt.Errorf("read robots.txt: %w", err)
			}
			answer := "disallowed"
			if crawler.ParseRobots(body).Allowed(agent, address) {
				answer = "allowed"
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), answer)
			return err
		},
	}
	c.Flags().StringVar(&agent, "agent", "", "product token of the crawler")
	c.Flags().StringVar(&address, "url", "", "address to ask for")
	return c
}

// readStart returns the first bytes of a file, at most so many.
func readStart(name string, most int64) (body []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, most))
}
