/* The reference rollout. Sizes and switches by -D: R S U (replicas, maxSurge, maxUnavailable), M slots (R + S + 1), SAFE, EXP.
   Pods: 0 absent, 1-5 old pending, scheduled, running, ready, terminating, 6-10 the same of the new set.
   Caches: 0 nothing, 1 old, 2 old and ready, 3 new, 4 new and ready. Every action is one d_step: one atomic move. */
byte spec[2], reps[2], avail[2];	/* ReplicaSets as stored: spec.replicas, status.replicas, status.availableReplicas */
byte dspec[2], dreps[2], davail[2];	/* as the Deployment controller has them */
byte rspec[2];				/* as the ReplicaSet controller has them */
byte pod[M], cache[M];
#if HIDE
hidden					/* not for breadth first, nor for several cores */
#endif
byte i, n;				/* used within one move only: 0 between moves */

#define ACTIVE(k)	(pod[k] != 0 && pod[k] != 5 && pod[k] != 10)
#define ACTIVE_OF(k, x)	(pod[k] > 5 * x && pod[k] < 5 + 5 * x)
#define CACHED_OF(k, x)	(cache[k] == 1 + 2 * x || cache[k] == 2 + 2 * x)
#define READY(k)	(pod[k] == 4 || pod[k] == 9)
#define FREE(k)		(pod[k] == 0 && cache[k] == 0)
#define LAGS(k, x)	(ACTIVE_OF(k, x) != CACHED_OF(k, x))
#define SEEN_AS(k)	(ACTIVE(k) -> 1 + 2 * (pod[k] > 5) + READY(k) : 0)

#define READY_CACHED(k, x)	(cache[k] == 2 + 2 * x)

#if M == 1
#define SUM1(f)		(f(0))
#define SUM2(f, x)	(f(0, x))
#elif M == 2
#define SUM1(f)		(f(0) + f(1))
#define SUM2(f, x)	(f(0, x) + f(1, x))
#elif M == 3
#define SUM1(f)		(f(0) + f(1) + f(2))
#define SUM2(f, x)	(f(0, x) + f(1, x) + f(2, x))
#elif M == 4
#define SUM1(f)		(f(0) + f(1) + f(2) + f(3))
#define SUM2(f, x)	(f(0, x) + f(1, x) + f(2, x) + f(3, x))
#elif M == 5
#define SUM1(f)		(f(0) + f(1) + f(2) + f(3) + f(4))
#define SUM2(f, x)	(f(0, x) + f(1, x) + f(2, x) + f(3, x) + f(4, x))
#elif M == 6
#define SUM1(f)		(f(0) + f(1) + f(2) + f(3) + f(4) + f(5))
#define SUM2(f, x)	(f(0, x) + f(1, x) + f(2, x) + f(3, x) + f(4, x) + f(5, x))
#elif M == 7
#define SUM1(f)		(f(0) + f(1) + f(2) + f(3) + f(4) + f(5) + f(6))
#define SUM2(f, x)	(f(0, x) + f(1, x) + f(2, x) + f(3, x) + f(4, x) + f(5, x) + f(6, x))
#endif

#define HAVE(x)		SUM2(CACHED_OF, x)
#define HAVE_READY(x)	SUM2(READY_CACHED, x)
#if EXP
#define AWAITS(x)	(SUM2(LAGS, x) != 0)
#else
#define AWAITS(x)	false
#endif

#define CLAIMS	assert(SUM1(ACTIVE) <= R + S && SUM1(READY) + U >= R)

#define UNSEEN(x)	(dspec[x] != spec[x] || dreps[x] != reps[x] || davail[x] != avail[x])
#if SAFE
#define THERE	(dspec[0] > dreps[0] -> dspec[0] : dreps[0])
#else
#define THERE	dspec[0]
#endif
#define ROOM	(R + S - THERE - dspec[1])
#define SCALES_UP	(dspec[1] < R && ROOM > 0)
#define SURPLUS	(dspec[0] + davail[1] - (R - U))

#define POD_STEP(k) \
	:: d_step { (pod[k] != 0 && pod[k] != 4 && pod[k] != 9) -> \
		pod[k] = (pod[k] == 5 || pod[k] == 10 -> 0 : pod[k] + 1); CLAIMS }
#define POD_DELIVER(k) \
	:: d_step { cache[k] != SEEN_AS(k) -> cache[k] = SEEN_AS(k) }
#define SLOT(k)	POD_STEP(k) POD_DELIVER(k)

#define DELETE(x, seen) \
	i = 0; \
	do \
	:: (i < M && n > 0) -> \
		if \
		:: (cache[i] == seen) -> \
			if \
			:: ACTIVE(i) -> pod[i] = (pod[i] > 5 -> 10 : 5) \
			:: else \
			fi; \
			n-- \
		:: else \
		fi; \
		i++ \
	:: else -> break \
	od

#define SET(x) \
	:: d_step { rspec[x] != spec[x] -> rspec[x] = spec[x] } \
	:: d_step { UNSEEN(x) -> dspec[x] = spec[x]; dreps[x] = reps[x]; davail[x] = avail[x] } \
	:: d_step { (reps[x] != HAVE(x) || avail[x] != HAVE_READY(x)) -> reps[x] = HAVE(x); avail[x] = HAVE_READY(x) } \
	:: d_step { (HAVE(x) < rspec[x] && SUM1(FREE) > 0 && !AWAITS(x)) -> \
		n = rspec[x] - HAVE(x); i = 0; \
		do \
		:: (i < M && n > 0) -> \
			if \
			:: FREE(i) -> pod[i] = 1 + 5 * x; n-- \
			:: else \
			fi; \
			i++ \
		:: else -> break \
		od; \
		i = 0; n = 0; CLAIMS } \
	:: d_step { (HAVE(x) > rspec[x] && !AWAITS(x)) -> \
		n = HAVE(x) - rspec[x]; \
		DELETE(x, 1 + 2 * x); \
		DELETE(x, 2 + 2 * x); \
		i = 0; n = 0; CLAIMS }

init {
	d_step {
		spec[0] = R; reps[0] = R; avail[0] = R;
		dspec[0] = R; dreps[0] = R; davail[0] = R;
		rspec[0] = R;
		do
		:: i < R -> pod[i] = 4; cache[i] = 2; i++
		:: else -> break
		od;
		i = 0
	};
end:	do
	SLOT(0)
#if M > 1
	SLOT(1)
#endif
#if M > 2
	SLOT(2)
#endif
#if M > 3
	SLOT(3)
#endif
#if M > 4
	SLOT(4)
#endif
#if M > 5
	SLOT(5)
#endif
#if M > 6
	SLOT(6)
#endif
	SET(0)
	SET(1)
	:: d_step { (SCALES_UP && !UNSEEN(1)) -> spec[1] = spec[1] + (ROOM < R - dspec[1] -> ROOM : R - dspec[1]) }
	:: d_step { (!SCALES_UP && dspec[0] > 0 && davail[0] == dspec[0] && SURPLUS > 0 && !UNSEEN(0)) ->
		spec[0] = spec[0] - (SURPLUS < dspec[0] -> SURPLUS : dspec[0]) }
	od
}
