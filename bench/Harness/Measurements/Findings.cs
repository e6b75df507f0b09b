using ForgeOrleans.Bench.Figures;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>What a measurement found.</summary>
public sealed record Findings(IReadOnlyList<Figure> Figures, IReadOnlyList<Subject> Subjects);
