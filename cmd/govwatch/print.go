package main

import (
	"encoding/json"
	"io"
)

// printValue writes v as one JSON object, or lets text write it for people.
func printValue(w io.Writer, v any, asJSON bool, text func(io.Writer) error) error {
	if !asJSON {
		return text(w)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
