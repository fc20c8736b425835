package templating

// expr is an expression; eval is its value for the rendering st.
type expr interface {
	eval(st *state) (value, error)
}

// stmt is a part of a template that writes or acts. at is its byte offset in
// the source, which errors name when no part of it has a better one.
type stmt interface {
	run(st *state) (flow, error)
	at() int
}

// flow says how a statement ended.
type flow uint8

const (
	flowNext flow = iota
	flowContinue
	flowBreak
)

// Expressions. off is the byte offset in the source that errors name.
type (
	constExpr struct{ v value }
	nameExpr  struct {
		name string
		slot int // index of the variable in state.vars
		off  int
	}
	rootExpr struct { // a root object as a whole, such as UserAttribute
		root root
		off  int
	}
	attrExpr struct { // a member of a root known when compiled
		root root
		name string
		slot int // index in Template.slots, -1 when the root is not scanned
		off  int
	}
	listExpr  struct{ items []expr }
	tupleExpr struct{ items []expr }
	dictExpr  struct {
		keys, vals []expr
		off        int
	}
	getExpr struct { // base.name or base[key]
		base expr
		key  expr
		dot  bool
		path string // of the base, for the name of what is missing
		off  int
	}
	sliceExpr struct {
		base, start, stop, step expr // nil where left out
		off                     int
	}
	unaryExpr struct {
		op  string
		x   expr
		off int
	}
	binaryExpr struct {
		op   string
		l, r expr
		off  int
	}
	logicExpr struct { // and, or
		or   bool
		l, r expr
	}
	notExpr    struct{ x expr }
	concatExpr struct {
		parts []expr
		off   int // of the first ~
	}
	compareExpr struct {
		first expr
		ops   []comparison
	}
	comparison struct {
		op  string
		x   expr
		off int
	}
	condExpr struct { // then if test else other
		test, then, other expr
		off               int
	}
	filterExpr struct {
		x    expr
		f    *filter
		args boundArgs
		off  int
	}
	testExpr struct {
		x    expr
		t    *test
		args []expr
		off  int
	}
	methodExpr struct {
		base expr
		name string
		args callArgs
		off  int
	}
	callExpr struct {
		f    *function
		args callArgs
		off  int
	}
)

// callArgs are the arguments of a call as written.
type callArgs struct {
	pos   []expr
	names []string // of kw
	kw    []expr
}

// Statements.
type (
	textStmt struct {
		text string
		off  int
		verb bool
	}
	printStmt struct {
		x    expr
		ctx  context
		name string // what is missing when x is null, "" when it has no name
		off  int
	}
	ifStmt struct {
		arms []ifArm
		els  []stmt
		id   int // index in Template.branches
		off  int
	}
	ifArm struct {
		test expr
		body []stmt
	}
	forStmt struct {
		target target
		iter   expr
		cond   expr // nil when there is none
		loop   int  // slot of the loop variable
		body   []stmt
		els    []stmt
		id     int
		off    int
	}
	loopStmt struct { // break, continue
		flow flow
		off  int
	}
	setStmt struct {
		target target
		x      expr
		off    int
	}
	captureStmt struct { // {% set x %}…{% endset %}
		target  target
		body    []stmt
		filters []*filterExpr
		decode  bool // the text stands in a JSON string and is JSON-escaped
		off     int
	}
	filterStmt struct { // {% filter upper %}…{% endfilter %}
		body    []stmt
		filters []*filterExpr
		ctx     context
		decode  bool
		off     int
	}
	withStmt struct {
		targets []target
		vals    []expr
		body    []stmt
		off     int
	}
	doStmt struct {
		x   expr
		off int
	}
	notSendStmt struct {
		reason expr
		off    int
	}
)

// target is what an assignment or a loop writes to: a variable, a member of a
// namespace, or a tuple of targets.
type target struct {
	slot  int
	name  string
	attr  string // set ns.attr = …
	parts []target
	off   int
}

// context is where an output stands.
type context uint8

const (
	ctxText   context = iota // not in JSON: captured text
	ctxString                // inside a JSON string
	ctxBare                  // where a JSON value is expected
	ctxKey                   // where a key is expected, without quotes
)

func (s *textStmt) at() int       { return s.off }
func (s *printStmt) at() int      { return s.off }
func (s *ifStmt) at() int         { return s.off }
func (s *forStmt) at() int        { return s.off }
func (s *loopStmt) at() int       { return s.off }
func (s *setStmt) at() int        { return s.off }
func (s *captureStmt) at() int    { return s.off }
func (s *filterStmt) at() int     { return s.off }
func (s *withStmt) at() int       { return s.off }
func (s *doStmt) at() int         { return s.off }
func (s *notSendStmt) at() int    { return s.off }
func (q *attributePrint) at() int { return q.whole.off }
