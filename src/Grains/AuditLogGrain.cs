using ForgeOrleans.Audit;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Grains;

/// <summary>What operators have done to an app's sites, as a grain.</summary>
[Alias("ForgeOrleans.AuditLog")]
public interface IAuditLogGrain : IAuditLog, IGrainWithStringKey;

/// <inheritdoc cref="AuditLogActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's rows.</param>
[GrainType("audit-log")]
public sealed class AuditLogGrain(IGrainContext context, ActorContext self) : AuditLogActor(self), IGrainBase, IAuditLogGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
