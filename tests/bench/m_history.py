"""What a long history costs: a structure's month (P5), taking in (P6), the
month of everybody (P13), and what keeping month totals costs."""

import histories
from lib import Failed, L, Measure, ratios

ROUNDS = 7
PUSH_ROUNDS = 9


def sizes(pair, small, large, **more):
    return {"small": small.entries, "large": large.entries,
            "structures": [small.structures, large.structures],
            **pair.detail(large.size(), small.size()), **more}


def said(text_fr, text_en, small, large):
    return L(f"{text_fr}, à {large.size()} ÷ à {small.size()} écritures",
             f"{text_en}, at {large.size()} ÷ at {small.size()} entries")


def month(stage):
    """Report by worker, status and what stands in the way of closing."""
    past = histories.of(stage)
    small, large = past.pair_of_sizes()
    pair = past.costs("month", small, large, ROUNDS)
    return [Measure("P5", said("le mois d'une structure consolidé",
                               "a structure's month consolidated",
                               small, large),
                    pair.ratio, 1.5, spread=pair.spread,
                    detail=sizes(pair, small, large))]


def ingest(stage):
    """Sets of 50 by the laptops of all structures in turn."""
    past = histories.of(stage)
    small, large = past.pair_of_sizes()
    one, other = past.ask("push", [small, large], PUSH_ROUNDS)
    rate = ratios(one.wall, other.wall)
    cpu = ratios(one.cpu, other.cpu)
    return [Measure("P6", said("débit d'entrée", "ingest rate", small, large),
                    rate.ratio, 0.8, "higher", rate.spread,
                    detail=sizes(rate, small, large, cpu=cpu.ratio,
                                 entries_a_round=one.amount[0]))]


def country(stage):
    """The same structures, a history ten times as long."""
    past = histories.of(stage)
    _, large = past.pair_of_sizes()
    small = past.make(large.wanted // 10, large.structures)
    pair = past.costs("country", small, large, ROUNDS)
    return [Measure("P13", said("le mois de tous, par salarié",
                                "everybody's month, by worker", small, large),
                    pair.ratio, 1.5, spread=pair.spread,
                    detail=sizes(pair, small, large))]


def summaries(stage):
    past = histories.of(stage)
    small, _ = past.pair_of_sizes()
    if not past.has_months(small):
        raise Failed(L("cette version ne tient pas de totaux par mois",
                       "this version keeps no month totals"))
    kept, bare = past.copy(small, "kept"), past.copy(small, "bare")
    one, other = past.ask("push", [kept, bare], PUSH_ROUNDS, bare=bare.data)
    rate = ratios(other.wall, one.wall)
    cpu = ratios(other.cpu, one.cpu)
    return [Measure("P13.summaries",
                    L(f"débit d'entrée avec totaux par mois ÷ sans, à "
                      f"{small.size()} écritures",
                      f"ingest rate with month totals ÷ without, at "
                      f"{small.size()} entries"),
                    rate.ratio, 0.9, "higher", rate.spread,
                    detail=rate.detail("without", "with")
                    | {"cpu": cpu.ratio, "entries": small.entries})]


MEASURES = {"P5": month, "P6": ingest, "P13": country,
            "P13.summaries": summaries}
