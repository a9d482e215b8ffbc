// Command govwatch follows what Chinese ministries and provinces publish:
// it crawls, archives, extracts and alerts. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"govwatch/cmd/internal/app"
	"govwatch/internal/reader"

	"github.com/spf13/cobra"
)

// Exit codes: 0 done, 1 failed, 2 misused.
const (
	exitFailure = 1
	exitMisuse  = 2
)

func main() {
	// Files are read in a child process that is this same program.
	if reader.ChildMain() {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		// One line, whatever libraries put into their messages.
		fmt.Fprintln(os.Stderr, "govwatch: "+strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(code(err))
	}
}

// usageError marks a wrong flag or argument.
type usageError struct{ error }

func code(err error) int {
	var u usageError
	if errors.As(err, &u) || errors.Is(err, app.ErrConfig) {
		return exitMisuse
	}
	return exitFailure
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "govwatch",
		Short: "Follow what Chinese ministries and provinces publish on carbon neutrality",
		Long: `govwatch crawls government sites, archives what they answer, extracts titles,
issuers, numbers and dates, notices changes and silence, and alerts people.

Exit codes: 0 done, 1 failed, 2 misused.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see govwatch %s --help", err, strings.TrimPrefix(c.CommandPath(), "govwatch "))}
	})
	c.CompletionOptions.HiddenDefaultCmd = true
	for _, sub := range commands() {
		c.AddCommand(sub)
	}
	misuse(c)
	return c
}

// misuse makes wrong arguments exit with 2, like wrong flags.
func misuse(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		misuse(sub)
	}
}
