/**
 * Analysis of a stream's audio: pitch, spectra, octave bands, levels, delay, spectrogram and scope, each a topic of its
 * own.
 */
@NullMarked
package io.mediamesh.audio;

import org.jspecify.annotations.NullMarked;
