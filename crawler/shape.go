package crawler

// Shape is what a page looks like from afar, for telling that two addresses
// show the same page.
type Shape struct{}
