// Package authority knows the names of the field: administrative regions
// (GB/T 2260), government bodies with their short and former names, the letters
// that open an issuing number (发文机关代字), and the sectors of climate policy. The facts stand in
// data/*.json; the code only reads them. It imports the standard library and
// package notice, and knows nothing of pages or storage.
//
// Start at Load; then Book.Agency for one name, Book.Split for a run of names,
// Book.RegionIn for the places that a text names.
package authority
