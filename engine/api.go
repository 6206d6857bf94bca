package engine

import (
	"aloi"
	"aloi/matcher"
)

// Operation is one thing to do. Exactly one field is set.
type Operation struct {
	Put      *aloi.Record
	Delete   *aloi.RecordRef
	Judge    *aloi.Judgement
	Withdraw *[2]aloi.RecordRef
	Consent  *ConsentOperation
	Confirm  *Confirmation
	Assign   *Assignment
	Suppress *aloi.Suppression
	Notice   *aloi.Notice
	Disclose *DecisionBatch

	redone *redone // of Redo
}

// Hit is an entity that a search or preview found, by its member that fits best.
type Hit struct {
	Entity     *aloi.Entity
	Record     aloi.RecordRef
	Verdict    aloi.Verdict
	Comparison matcher.Comparison
}

// Preview is what a record would do, were it stored now.
type Preview struct {
	Outcome aloi.Outcome
	// Entity is the entity that the record would be in, empty for a new one; Merges
	// are the entities that it would bring together, sorted, when there are several.
	Entity aloi.EntityID
	Merges []aloi.EntityID
	// Hits are the records that it reaches the review threshold with, best first,
	// one per entity.
	Hits []Hit
	// Flags are the values that take no part in matching.
	Flags []matcher.Flag
	// Violations is what Put would reject; everything else is then empty.
	Violations []aloi.Violation
}

// Why explains a pair of stored records.
type Why struct {
	Verdict    aloi.Verdict // of the pair by itself: judgement, else weight and veto
	Comparison matcher.Comparison
	Same       matcher.Weight // thresholds of the model
	Review     matcher.Weight
	Strength   aloi.LinkStrength // empty when they are not linked
	SharedKeys []string          // blocking families in common that are not too common
	Judgement  *aloi.Judgement   // nil without one
	SameEntity bool
	// Path connects the two through links, ends included, when they are in one entity
	// without a link of their own.
	Path         []aloi.RecordRef
	ModelVersion string
	// Obstacles are what keeps the two apart, gravest first, and Remedies the values that
	// would bring them together, likeliest first; both empty when they are in one entity.
	Obstacles []Obstacle
	Remedies  []Remedy
	Language  aloi.Language // of the texts
	Text      string        // the whole in a paragraph for a steward. Personal data
}

// ObstacleKind is a kind of thing that keeps two records apart.
type ObstacleKind string

// The kinds of obstacles, gravest first.
const (
	ObstacleJudgement   ObstacleKind = "judgement"     // a steward judged them different
	ObstacleVeto        ObstacleKind = "veto"          // they contradict one another
	ObstacleNoCommonKey ObstacleKind = "no_common_key" // they are never compared
	ObstacleWeight      ObstacleKind = "weight"        // the weight is too small, or an evidence that speaks against
	ObstacleGroupVeto   ObstacleKind = "group_veto"    // other records of their entities contradict, or are judged different
	ObstacleCohesion    ObstacleKind = "cohesion"      // too few links between their entities
	ObstacleComponent   ObstacleKind = "component"     // too many records hang together
)

// Obstacle is one thing that keeps two records apart.
type Obstacle struct {
	Kind ObstacleKind
	// Weight is the bits that are missing, or that an evidence takes away; 0 where it is
	// no matter of weight.
	Weight matcher.Weight
	Text   string
}

// Remedy is a value that would tip the balance, were it known and equal in both records.
type Remedy struct {
	Comparison string         // of the model
	Weight     matcher.Weight // what the match weight would become
	Verdict    aloi.Verdict   // and the verdict
	Text       string
}

// How tells how an entity came together.
type How struct {
	Entity  aloi.EntityID
	Steps   []HowStep
	KeptOut []NearMiss
	// WeakestStep is the step with the lightest link of the model, counted from 1; 0 when
	// no link was weighed.
	WeakestStep int
	Text        string
}

// HowStep joined two groups by one link.
type HowStep struct {
	A, B           aloi.RecordRef
	Weight         matcher.Weight
	Judged         bool
	GroupA, GroupB []aloi.RecordRef
	Text           string
}

// NearMiss is a record that is linked to a member and not in the entity.
type NearMiss struct {
	Record, Member aloi.RecordRef
	Weight         matcher.Weight
	Reason         string
}

// JudgementPage is one page of judgements, in order of their records.
type JudgementPage struct {
	Judgements []aloi.Judgement
	// Next continues after this page; the zero value is the end.
	Next string
}

// API is the method set of *Engine that the server uses, written out for its readers:
//
//	Apply(ctx, ops []Operation) ([]aloi.Acknowledgement, error)   // one per operation, durable; shares its commit with other callers
//	Entity(ctx, id aloi.EntityID) (*aloi.Entity, error)           // follows redirects
//	EntityOf(ctx, ref aloi.RecordRef) (*aloi.Entity, error)
//	Record(ctx, ref aloi.RecordRef) (*StoredRecord, error)
//	Search(ctx, query *aloi.Record, limit int) ([]Hit, error)
//	Preview(ctx, r *aloi.Record) (*Preview, error)
//	Why(ctx, a, b aloi.RecordRef, lang aloi.Language) (*Why, error)
//	How(ctx, id aloi.EntityID, lang aloi.Language) (*How, error)
//	Judgements(ctx, record *aloi.RecordRef, size int, after string) (*JudgementPage, error)
//	Review(ctx, limit int, lang aloi.Language) (*ReviewPage, error) // pairs whose judgement would tell most
//	Measure(ctx) (*Measure, error)                                // the model against the judgements
//	Changes(ctx, after uint64, limit int) ([]aloi.Change, error)  // at most limit batches' changes after that journal sequence
//	Wait(ctx, after uint64) error                                 // returns when the journal is past after
//	RecordRefs(ctx, numbers []uint64) (map[uint64]aloi.RecordRef, error) // those still stored
//	Model() *matcher.Model                                        // in force
//	Train(ctx, matcher.TrainOptions) (*matcher.Model, *matcher.TrainReport, error) // learned from what is stored; nothing changes
//	Adopt(ctx, model, progress) (*Adoption, error)                // puts a model in force
//	Decide(ctx, Subject, consent.Question) ([]Verdict, error)     // one for each contact point asked about
//	DecideMany(ctx, []Subject, consent.Question) ([][]Verdict, error)
//	EntityIDs(ctx, after aloi.EntityID, limit int) ([]aloi.EntityID, error)
//	History(ctx, Subject) ([]HistoryEvent, error)
//	PreviewJudgement(ctx, Operation) (*ConsentPreview, error)     // which decisions would change; nothing does
//	Suppressions(ctx, size int, after string) (*SuppressionPage, error)
//	Notice(ctx, sha256 string) (*aloi.Notice, error)
//	Checkpoint(ctx) (string, error); VerifierKey() string; Consistency, Receipt // of the audit log
//	VerifyLog(ctx, AuditOptions, progress) (*Report, error)
//	BreakOff()                                                    // before Close: does not wait for Train or Adopt
//	Verify(ctx, progress) (*Report, error)
//	Close() error
type StoredRecord struct {
	Record *aloi.Record
	Number uint64
	Entity aloi.EntityID
}
