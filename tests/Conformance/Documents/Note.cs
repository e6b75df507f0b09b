namespace ForgeOrleans.Conformance.Documents;

public sealed record Note(string Text, int Count = 0);
