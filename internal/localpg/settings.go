package localpg

// arguments is the command line of the server. Settings are arguments, not a
// file, so that a directory made by an older linecast gets today's.
func (s *Server) arguments() []string {
	args := []string{"-D", s.data(), "-k", s.socket, "-c", "listen_addresses="}
	settings := fast
	if s.opts.Durable {
		settings = durable
	}
	for _, setting := range append(common, settings...) {
		args = append(args, "-c", setting)
	}
	return args
}

var common = []string{
	"unix_socket_permissions=0700",
	"timezone=UTC",
	"log_timezone=UTC",
	"log_checkpoints=off",
	"max_wal_senders=0", // nothing is replicated
	"wal_level=minimal",
}

// durable is for data that people would miss. A commit waits for the disk,
// except where a statement says that its loss does no harm.
var durable = []string{
	"fsync=on",
	"synchronous_commit=on",
	"shared_buffers=128MB",
	"max_connections=100",
	"max_wal_size=2GB",
}

// fast is for data that nobody keeps. Without autovacuum nothing runs beside
// the tests.
var fast = []string{
	"fsync=off",
	"synchronous_commit=off",
	"full_page_writes=off",
	"autovacuum=off",
	"jit=off", // compiling a test's query takes longer than running it
	"shared_buffers=64MB",
	"max_connections=300",
	"max_wal_size=1GB",
	"checkpoint_timeout=1d",
}
