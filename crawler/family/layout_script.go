package family

// readJSON reads a detail answer that is JSON.
func readJSON(p Page) Layout { return Layout{Metas: map[string]string{}, Text: ""} }

// readScript looks for an article that only a script holds.
func readScript(p Page, w *walker) (Layout, bool) { return Layout{}, false }
