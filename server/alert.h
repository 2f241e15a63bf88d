/*
 * What the office should look at: each alert follows from what is stored, so
 * that it is there until its cause is gone, whoever restarts or restores.
 */
#ifndef POINTEAU_SERVER_ALERT_H
#define POINTEAU_SERVER_ALERT_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/* The kinds. */
#define ALERT_EPOCH       "epoch"      /* this server was restored */
#define ALERT_BRANCH      "branch"     /* a laptop was copied or restored */
#define ALERT_FORK        "fork"       /* a set contradicts the log */
#define ALERT_HOLE        "hole"       /* sets of a laptop never came */
#define ALERT_QUARANTINE  "quarantine" /* entries set aside */
#define ALERT_ACCIDENT    "accident"   /* at work: alert_accident.h */
#define ALERT_SILENT      "silent"     /* a laptop not heard of: devices.h */
#define ALERT_CLOCK       "clock"      /* … whose clock is wrong */
#define ALERT_DISAGREE    "disagree"   /* a worker, with his or her month */
#define ALERT_DISK        "disk" /* the server's is almost full: health.h */
#define ALERT_CERTIFICATE "certificate" /* the server's ends: health.h */
#define ALERT_BACKUP      "backup"      /* … is not backed up: health.h */

/*
 * All of them as JSON, own it: [{"alert","structure","device","name","count",
 * "since","text","todo"}]; ${since} is the server's time or "", text and todo
 * are in the user's language. Accidents come first, and have more members; the
 * server's own have "deadline" ("" for none), and structure "".
 */
int alerts_json(struct office *office, json_t **out, struct err *err);

#endif
