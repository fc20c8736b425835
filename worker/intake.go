package worker

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/linecast/linecast/postgres"
)

// Intake is how people's data comes in by jobs: files and lists of followers.
// It also reads and cancels what it started, with the methods of DB.
type Intake struct {
	*postgres.DB
	jobs *river.Client[pgx.Tx]
}

// NewIntake makes an Intake. It only inserts jobs; the workers of any process
// do them.
func NewIntake(c Config) (Intake, error) {
	client, err := newClient(c.withDefaults(), nil)
	return Intake{postgres.New(c.Pool), client}, err
}

// addIntake registers the jobs of an Intake.
func addIntake(jobs *river.Workers, db *postgres.DB, c Config) {
	river.AddWorker(jobs, &importUsers{db: db, log: c.Log, now: c.Now, slice: intakeSlice})
	river.AddWorker(jobs, &syncFollowers{db: db, open: openFollowers(c.Channels), log: c.Log, now: c.Now, slice: intakeSlice})
}

// intakeSlice is how long an import or a sync works before it goes to the end
// of its queue. It bounds how long others wait behind a large file and how long
// a shutdown takes, and stays far below jobTimeout.
const intakeSlice = 30 * time.Second

// intakeAttempts is how often a job fails before its import or sync does: with
// intakeRetry about a quarter of an hour of a database that is away.
const intakeAttempts = 20

// intakeRetry is when a job that failed is tried again.
func intakeRetry(job *rivertype.JobRow, now time.Time) time.Time {
	return now.Add(min(time.Second<<min(job.Attempt, 10), time.Minute))
}
