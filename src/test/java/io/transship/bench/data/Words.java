package io.transship.bench.data;

import java.util.SplittableRandom;

/** Seeded text which deflate treats as it does prose and code: few words are frequent, most are rare. For one thread. */
final class Words {

    private static final int VOCABULARY = 20_000;
    private static final String CONSONANTS = "bcdfghklmnprstvw";
    private static final String VOWELS = "aeiou";

    private final SplittableRandom random;
    private final String[] vocabulary = new String[VOCABULARY];

    Words(long seed) {
        this.random = new SplittableRandom(seed);
        for (int word = 0; word < VOCABULARY; word++) {
            StringBuilder text = new StringBuilder();
            for (int syllable = random.nextInt(1, 5); syllable > 0; syllable--) {
                text.append(CONSONANTS.charAt(random.nextInt(CONSONANTS.length())));
                text.append(VOWELS.charAt(random.nextInt(VOWELS.length())));
            }
            vocabulary[word] = text.toString();
        }
    }

    /** The next so many characters. */
    String next(int length) {
        StringBuilder text = new StringBuilder(length + 16);
        while (text.length() < length) {
            double rank = random.nextDouble();
            text.append(vocabulary[(int) (VOCABULARY * rank * rank * rank)]);
            text.append(random.nextInt(12) == 0 ? '\n' : ' ');
        }
        text.setLength(length);
        return text.toString();
    }
}
