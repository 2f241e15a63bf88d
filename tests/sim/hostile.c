#include "tests/sim/sim.h"
void sim_hostile_push(struct sim *sim, struct sim_laptop *laptop) { (void)sim; (void)laptop; }
void sim_liar_sync(struct sim *sim, struct sim_laptop *laptop) { (void)sim; (void)laptop; }
