#include <assert.h>

#include "shared/words.h"

/*
 * The order is part of what people compare: never reorder, replace or remove.
 * No accents, so that a word is spelt as it sounds; no two words share their
 * first four letters, and it takes three changes of a letter or more to turn
 * one into another.
 */
static const char *const list[] = {"acrobate", "adresse", "agrafe", "aiguille",
    "album", "alphabet", "ananas", "ancre", "animal", "appel", "aquarium",
    "argent", "armoire", "artiste", "asperge", "assiette", "atelier", "autobus",
    "autruche", "avenue", "avion", "avocat", "azur", "balcon", "barrage",
    "basilic", "biscuit", "bobine", "bocal", "bonjour", "bordure", "bougie",
    "boussole", "branche", "brebis", "brouette", "bureau", "cabane", "cactus",
    "cadran", "calcul", "cantine", "capuche", "caramel", "carotte", "cartable",
    "cascade", "castor", "caverne", "champion", "charbon", "chat", "chemise",
    "cheval", "chiffre", "chocolat", "citron", "clavier", "colombe", "compas",
    "coq", "cordon", "costume", "couloir", "cousin", "cravate", "crayon",
    "cuisine", "cuivre", "cuvette", "cycliste", "dahlia", "danseur", "dauphin",
    "dentelle", "diamant", "dindon", "docteur", "domino", "drapeau", "droite",
    "dune", "escalier", "estomac", "fabrique", "faisan", "falaise", "fauteuil",
    "fenouil", "fermier", "festival", "ficelle", "figue", "flamme", "flocon",
    "forgeron", "formule", "frelon", "fromage", "fruit", "gardien", "genou",
    "globe", "gorille", "goudron", "gratin", "grenier", "groupe", "guitare",
    "hamac", "haricot", "horizon", "horloge", "immeuble", "insecte", "instant",
    "jaguar", "jambon", "janvier", "jasmin", "journal", "jungle", "kimono",
    "kiosque", "kiwi", "klaxon", "koala", "lapin", "lavabo", "lavoir",
    "lecture", "lexique", "limace", "limonade", "lointain", "losange", "louche",
    "lucarne", "lustre", "machine", "magasin", "marmite", "marteau", "matelas",
    "mercredi", "merle", "mimosa", "minute", "miroir", "moineau", "montagne",
    "murmure", "muscle", "natation", "neveu", "noisette", "nombre", "nougat",
    "nuage", "objet", "odeur", "olive", "onze", "opinion", "otarie", "ouragan",
    "ours", "ouvrier", "palmier", "panda", "pantalon", "papaye", "papillon",
    "parasol", "parking", "paroi", "paysage", "peinture", "pelouse", "perceuse",
    "persil", "peuplier", "piano", "pigeon", "pilote", "pinceau", "pingouin",
    "pistache", "pivoine", "placard", "plafond", "pneu", "poisson", "potiron",
    "poubelle", "pyjama", "pyramide", "radio", "raquette", "refuge", "rivage",
    "rocher", "romarin", "rondelle", "rouleau", "rugby", "ruisseau", "rustine",
    "sabot", "salade", "samedi", "sanglier", "saumon", "science", "segment",
    "serrure", "soleil", "sorcier", "souffle", "sphinx", "statue", "stylo",
    "surprise", "tablier", "tambour", "tempo", "terrasse", "texte", "tilleul",
    "tissu", "tomate", "tortue", "toucan", "tracteur", "travail", "triangle",
    "tronc", "trottoir", "tulipe", "tunnel", "turbine", "univers", "vanille",
    "vapeur", "vautour", "vendredi", "verger", "victoire", "violon", "virgule",
    "vitrine", "voyage", "wagon", "yaourt", "yoyo", "zigzag"};

static_assert(sizeof(list) / sizeof(list[0]) == 256, "one word a byte");

void words_add(struct buf *out, const uint8_t *data, size_t len)
{
	assert(data != NULL || len == 0);
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			buf_add_char(out, ' ');
		buf_add_text(out, list[data[i]]);
	}
}
