package change

// Squeezed is squeezed, for its fuzz test.
var Squeezed = squeezed
