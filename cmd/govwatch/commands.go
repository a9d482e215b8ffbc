package main

import (
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

// logger writes structured lines to standard error: warnings only, unless asked.
func logger(verbose bool) *slog.Logger {
	level := slog.LevelWarn
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// isTerminal reports whether a person looks at the file.
func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
