package engine

import "sync"

// Memory is what the jobs of a process share, by need: each is sure of a floor, and takes what it needs of what the floors and the needs
// of the others leave. A nil Memory bounds nothing.
type Memory struct {
	state, staged           int64
	stateFloor, stagedFloor int64

	mu    sync.Mutex
	users map[*Job]*shares
}

// shares is what a job was last seen to use.
type shares struct{ state, staged int64 }

// NewMemory shares a budget in bytes among jobs, each of which is sure of a floor. State may take half of a budget, staged output an
// eighth; the rest is for batches, readers and what the collector has not taken yet.
func NewMemory(budget, floor int64) *Memory {
	return &Memory{state: budget / 2, staged: budget / 8, stateFloor: floor / 2, stagedFloor: floor / 8, users: map[*Job]*shares{}}
}

// share records what a job uses and returns what it may use until it asks again.
func (m *Memory) share(j *Job, state, staged int64) (stateLimit, stagedLimit int64) {
	if m == nil {
		return j.opt.StateBytes, j.opt.StagedBytes
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	own := m.users[j]
	if own == nil {
		own = &shares{}
		m.users[j] = own
	}
	own.state, own.staged = state, staged
	stateLimit, stagedLimit = m.state, m.staged
	busy := int64(1)
	for other, s := range m.users {
		if other == j {
			continue
		}
		stateLimit -= max(s.state, m.stateFloor)
		stagedLimit -= max(s.staged, m.stagedFloor)
		if s.staged > m.stagedFloor {
			busy++
		}
	}
	// What is left of the staged part goes to those that stage much in equal pieces, so that they do not all take it within one epoch.
	if left := stagedLimit - staged; left > 0 {
		stagedLimit = staged + left/busy
	}
	return max(stateLimit, m.stateFloor), max(stagedLimit, m.stagedFloor)
}

// leave gives a job's part back.
func (m *Memory) leave(j *Job) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.users, j)
}
