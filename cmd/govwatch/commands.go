package main

import (
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
)

// commands is the only list of subcommands.
func commands() []*cobra.Command {
	return []*cobra.Command{
		demoCommand(), runCommand(), extractCommand(), listCommand(), compareCommand(), simulateCommand(), sourcesCommand(),
		eventsCommand(), archiveCommand(), healthCommand(), deadCommand(), robotsCommand(), verdictCommand(),
		explainCommand(), diffCommand(), reviewCommand(), implementsCommand(), reextractCommand(),
		worldCommand(), doctorCommand(), backupCommand(), restoreCommand(), completenessCommand(),
	}
}

// logger writes structured lines to standard error for commands that are not
// part of a pipeline.
func logger(verbose bool) *slog.Logger { return newLogger(os.Stderr, "text", verbose) }

// newLogger writes structured lines: warnings only, unless asked. The form is
// text (key=value) or json (one object a line).
func newLogger(w io.Writer, format string, verbose bool) *slog.Logger {
	opt := &slog.HandlerOptions{Level: slog.LevelWarn}
	if verbose {
		opt.Level = slog.LevelDebug
	}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opt))
	}
	return slog.New(slog.NewTextHandler(w, opt))
}

// isTerminal reports whether a person looks at the file.
func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
