namespace ForgeOrleans.Bench;

/// <summary>The run can't go on or its numbers would mean nothing; the message says why.</summary>
public sealed class BenchException(string message) : Exception(message);
