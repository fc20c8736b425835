package templating

// The bounds of a template and of one rendering. Each has an error of its own
// and none can be raised by an author.
const (
	MaxSource = 64 << 10  // bytes of source
	MaxDepth  = 32        // nesting of blocks, of expressions and of values
	MaxNodes  = 10_000    // parts of the syntax tree
	MaxSteps  = 100_000   // units of work a rendering may do
	MaxItems  = 1_000     // items of a range, list or object
	MaxString = 64 << 10  // bytes of the result of one string operation
	MaxOutput = 256 << 10 // bytes of a rendered body
	MaxDigits = 4_300     // digits of an integer, as in Python
)
